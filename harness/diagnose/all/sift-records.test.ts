import { expect, it } from 'vitest';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { COURSE, NOON, PAYMENT, STUDENT, confirmed, created, letter, record } from '../testing/live.ts';
import { recordEvent } from '../../recorder/kafka-records.ts';
import { wantedOf } from '../read.ts';
import { createFilter } from './filter.ts';
import { planOf } from './plan.ts';
import { createRecordSieve } from './sift-records.ts';
import { MOST_IDS, createSuspects, keyOf } from './suspects.ts';

const pipeline = pipelineOf(shippedPipeline);
const pair = { studentId: STUDENT, courseId: COURSE };

/** `had`: what there are rows of. */
const sieveWith = (had: readonly ('purchase' | 'allocation')[], youngest = NOON + 1, most?: number) => {
  const effects = new Map((['purchase', 'allocation'] as const).map((name) => [name, createFilter()]));
  for (const name of had) effects.get(name)?.add(keyOf(pair));
  const suspects = createSuspects(most);
  return { suspects, ...createRecordSieve(pipeline, planOf(pipeline), suspects, effects, youngest) };
};

it('what is right is forgotten, and counted', () => {
  const { wanted, suspects, count } = sieveWith(['purchase', 'allocation']);
  expect([confirmed(), created(), letter()].map((one) => wanted(one))).toEqual([false, false, false]);
  expect([suspects.all(), count()]).toEqual([[], 3]);
});

it('an event without its effect makes a suspect, of which all is kept from then on', () => {
  const { wanted, suspects } = sieveWith(['purchase']);
  expect([created(), letter(), confirmed()].map((one) => wanted(one))).toEqual([true, true, true]);
  const [suspect] = suspects.all();
  expect([[...(suspect?.ids ?? [])], [...(suspect?.kinds ?? [])], suspect?.records.length]).toEqual([
    [PAYMENT],
    ['PURCHASE_CREATED without allocation'],
    3,
  ]);
});

it('an event that is young, was aborted, or is of a table that was not read makes none', () => {
  const { wanted: wantedOfYoung, young } = sieveWith([], NOON);
  expect([young.has(keyOf(pair)), wantedOfYoung(created()), young.has(keyOf(pair))]).toEqual([false, false, true]);
  expect(sieveWith([]).wanted({ ...created(), aborted: true })).toBe(false);
  const suspects = createSuspects();
  const { wanted } = createRecordSieve(pipeline, planOf(pipeline), suspects, new Map(), NOON + 1);
  expect(wanted(created())).toBe(false);
});

it('after the first look nobody else is suspected; one with too many records is known to have them', () => {
  const { wanted, suspects } = sieveWith([]);
  wanted(created());
  suspects.close();
  const other = 'c0ffee00-ea40-4ba9-a7bf-4ed47e735b91';
  expect(wanted(created({ payment: other, studentId: other }))).toBe(false);
  for (let offset = 5; offset < 150; offset += 1) wanted(created({ offset }));
  expect(suspects.all()).toMatchObject([{ crowded: true }]);
});

it('of more than can be looked into it is known how many there are', () => {
  const { wanted, suspects } = sieveWith([], NOON + 1, 1);
  wanted(created());
  for (const studentId of ['a', 'b']) wanted(created({ studentId }));
  // However often each is noted.
  for (const studentId of ['a', 'b']) wanted(created({ studentId, offset: 5 }));
  expect([suspects.all().length, suspects.beyond()]).toEqual([1, 2]);
});

it('one with more payments than are looked at is known to have them', () => {
  const suspects = createSuspects();
  suspects.note(pair, 'purchase twice');
  const [suspect] = suspects.all();
  for (let i = 0; i < MOST_IDS; i += 1) suspects.name(suspect!, `payment-${i}`);
  suspects.name(suspect!, 'payment-0');
  expect(suspect?.crowded).toBe(false);
  suspects.name(suspect!, 'payment-of-too-many');
  expect([suspect?.crowded, suspect?.ids.size]).toEqual([true, MOST_IDS]);
});

it('of whom it was told is known of events that no stage works on', () => {
  const { wanted, told } = sieveWith(['purchase', 'allocation']);
  expect(told.get('TRAINER_ALLOCATED')?.has(keyOf(pair))).toBe(false);
  wanted(record('trainer-allocated', 'TRAINER_ALLOCATED'));
  expect(told.get('TRAINER_ALLOCATED')?.has(keyOf(pair))).toBe(true);
  expect([...told.keys()].sort()).toEqual(['COURSE_ACCESS_GRANTED', 'TRAINER_ALLOCATED']);
});

/** A record of which only this is said. */
const bare = (topic: string, body: object, headers: Readonly<Record<string, string>> = {}, key: string | null = null) =>
  recordEvent(
    topic,
    1,
    {
      offset: 9,
      timestamp: NOON,
      key: key === null ? null : Buffer.from(key),
      value: Buffer.from(JSON.stringify(body)),
      headers,
    },
    false,
  );

const OTHER = 'c0ffee00-ea40-4ba9-a7bf-4ed47e735b91';

it.each([
  ['a dead letter with its id in its body alone', bare('dead-letter-queue', { correlationId: PAYMENT }), true],
  [
    'a dead letter whose event says it',
    bare('dead-letter-queue', { originalEvent: { _metadata: { correlationId: PAYMENT } } }),
    true,
  ],
  ['a dead letter whose event says whose it is', bare('dead-letter-queue', { originalEvent: pair }), true],
  ['an event whose event is text', bare('dead-letter-queue', { originalEvent: JSON.stringify(pair) }), true],
  ['an event with its id in a header', bare('trainer-allocated', {}, { correlationId: PAYMENT }), true],
  [
    'one with another key and its id in its metadata',
    bare('trainer-allocated', { _metadata: { correlationId: PAYMENT } }, {}, OTHER),
    true,
  ],
  ['one that names it behind a word', bare('trainer-allocated', { eventId: `purchase-created-${PAYMENT}` }), true],
  ['one in capitals', bare('trainer-allocated', { paymentId: PAYMENT.toUpperCase() }), true],
  ['one of another payment', bare('trainer-allocated', { paymentId: OTHER }, {}, OTHER), false],
  ['one of the student alone', bare('trainer-allocated', { studentId: STUDENT, courseId: OTHER }), false],
  ['one in which it is a part of something else', bare('trainer-allocated', { paymentId: `${PAYMENT}0` }), false],
])('%s is kept as by a look at one payment', (_, one, isKept) => {
  const { wanted, suspects } = sieveWith([]);
  wanted(confirmed());
  expect(suspects.all()).toHaveLength(1);
  expect([wanted(one), wantedOf(PAYMENT, pair)(one)]).toEqual([isKept, isKept]);
});

it('an event says its type in a header as well', () => {
  const shared = pipelineOf({
    ...shippedPipeline,
    events: Object.fromEntries(
      Object.entries(shippedPipeline.events).map(([type, event]) => [
        type,
        type === 'PURCHASE_CONFIRMED' || type === 'PURCHASE_CREATED' ? { ...event, topic: 'purchases' } : event,
      ]),
    ),
  });
  const effects = new Map([['allocation', createFilter()]]);
  const suspects = createSuspects();
  const { wanted } = createRecordSieve(shared, planOf(shared), suspects, effects, NOON + 1);
  expect(wanted(bare('purchases', pair, { eventType: 'PURCHASE_CREATED', correlationId: PAYMENT }))).toBe(true);
  expect(suspects.all()).toMatchObject([{ kinds: new Set(['PURCHASE_CREATED without allocation']) }]);
  expect([...(suspects.all()[0]?.ids ?? [])]).toEqual([PAYMENT]);
});
