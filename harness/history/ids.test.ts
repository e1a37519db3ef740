import { expect, test } from 'vitest';
import { isUuid, mentioned, mentions, normalId, sameId, tokensIn } from './ids.ts';

const ID = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
const UPPER = ID.toUpperCase();

test('UUIDs are the same in any case, other ids only as they are', () => {
  expect(sameId(ID, UPPER)).toBe(true);
  expect(sameId(`purchase-created-${UPPER}`, `purchase-created-${ID}`)).toBe(true);
  expect(sameId('Evt-1', 'evt-1')).toBe(false);
  expect(sameId(`${ID}0`, `${UPPER}0`)).toBe(false);
  expect(normalId(`Evt ${UPPER}`)).toBe(`Evt ${ID}`);
});

test('an id may be held as a whole number; what is neither that nor text, or empty, is no id and the same as nothing', () => {
  expect(sameId('', '')).toBe(false);
  expect(sameId(undefined, undefined)).toBe(false);
  expect(sameId(null, null)).toBe(false);
  expect([sameId(1, 1), sameId(1, '1'), sameId('01', 1), sameId(1, 2)]).toEqual([true, true, false, false]);
  expect([sameId(1.5, 1.5), sameId(2 ** 60, 2 ** 60), sameId({}, {}), sameId(true, true)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect([isUuid(UPPER), isUuid(`x${ID}`), isUuid(undefined), isUuid([ID])]).toEqual([true, false, false, false]);
});

test.each([
  [`got ${ID}.`, ID, true],
  [`got ${UPPER}`, ID, true],
  [`lock:payment-${ID}:held`, ID, true],
  [`{"payment":{"correlationId":"${UPPER}"}}`, ID, true],
  [`got ${ID}0`, ID, false],
  ['attempt 1 of 5', '1', false],
  ['1', '1', false],
  ['{"eventId":"1","n":"2"}', '1', true],
  ['{"eventIds":["1"]}', '1', false],
  ['{"n":"1"}', '1', false],
  ['{"eventId":"1', '1', false],
  ['evt-2026-11-recovery', 'evt-2026-11', false],
  ['event evt-2026-11: done', 'evt-2026-11', true],
  ['heartbeat', 'heartbeat', false],
  ['nothing of it', ID, false],
  // At the very beginning, of just the length of a token, and within a longer one.
  [`${ID}: failed`, ID, true],
  ['got 1234567a now', '1234567a', true],
  ['got 123456a now', '123456a', false],
  ['got x1234567a now', '1234567a', false],
  // Of lines of JSON only objects have fields; null is none, and blanks before it say nothing.
  ['  {"attempt":null,"n":3,"eventId":"7"}', '7', true],
  ['[{"eventId":"7"}]', '7', false],
])('%s mentions %s: %s', (line, id, told) => expect(mentions(line, id)).toBe(told));

const OTHER = '11111111-2222-4333-8444-555555555555';
const IDS = [UPPER, ID, OTHER, `purchase-created-${OTHER}`, 'order-4711', '42', ''];

test.each([
  `payment ${UPPER} is done`,
  `{"eventId":"purchase-created-${OTHER}","n":42}`,
  `purchase-created-${OTHER}-recovery`,
  `x${OTHER}`,
  `{"orderId":"order-4711","customerId":"42"}`,
  'order-47110 and order-4711',
  `{"note":"\\u0041","correlationId":"${OTHER}"}`,
  '',
])('of many ids those are found in %s that are found one by one', (text) =>
  expect(mentioned(IDS).in(text)).toEqual(IDS.filter((id) => mentions(text, id))),
);

test.each<[text: string, tokens: readonly string[]]>([
  [`${UPPER}, again ${ID}.`, [ID]],
  [`purchase-created-${UPPER}`, [ID, `purchase-created-${ID}`]],
  [`${ID}_${OTHER}`, [ID, OTHER, `${ID}_${OTHER}`]],
  [`x${ID}`, [`x${ID}`]],
  ['order-4711 1234567a 123456a PURCHASE_CREATED', ['1234567a', 'order-4711']],
  ['aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee', ['aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee']],
  ['', []],
])('in %s these may be ids: %j', (text, tokens) => expect([...tokensIn(text)].sort()).toEqual([...tokens].sort()));
