import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { RecordOptions } from '../history/testing/kafka.ts';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { idOf } from '../history/testing/values.ts';
import type { EventType } from '../pipeline/testing.ts';
import { messagesHonourContract as invariant } from './messages-honour-contract.ts';
import { incomplete, judge } from './testing.ts';

const emitting = (type: EventType, options: RecordOptions) => trialOf({}, (b) => void b.emit(type, 'ada', options));

test('holds for what the services write', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test.each<[EventType, RecordOptions, string]>([
  ['TRAINER_ALLOCATED', { value: { trainerId: null } }, '$.trainerId is null'],
  ['TRAINER_ALLOCATED', { value: { allocationId: '' } }, '$.allocationId is ""'],
  ['TRAINER_ALLOCATED', { value: { studentId: 'ada' } }, '$.studentId is "ada"'],
  ['TRAINER_ALLOCATED', { value: { sessionCount: '30' } }, '$.sessionCount is "30"'],
  ['TRAINER_ALLOCATED', { value: { endDate: null } }, '$.endDate is null'],
  ['PURCHASE_CREATED', { value: { role: 'parent' } }, '$.role is "parent"'],
  ['PURCHASE_CREATED', { value: { timestamp: 'now' } }, '$.timestamp is "now"'],
  ['PURCHASE_CREATED', { value: { purchaseTier: 15 } }, '$.purchaseTier is 15, not text like'],
  ['PURCHASE_CREATED', { value: { metadata: undefined } }, '$.metadata is absent, not an object (rule required)'],
  ['PURCHASE_CREATED', { value: { metadata: [] } }, '$.metadata is [], not an object (rule type)'],
  ['PURCHASE_CREATED', { eventId: 'something' }, '$._metadata.eventId is "something"'],
  [
    'PURCHASE_CREATED',
    { eventId: idOf('another purchase') },
    '(rule follows from the body) by "what a record says twice"',
  ],
  ['COURSE_ACCESS_GRANTED', { eventId: 'something' }, '$._metadata.eventId is "something"'],
  ['PURCHASE_CREATED', { key: null }, 'metadata key is absent'],
  ['PURCHASE_CREATED', { key: idOf('another') }, '(rule repeats)'],
  ['PURCHASE_CREATED', { headers: {} }, 'metadata header.eventId is absent'],
  ['PURCHASE_CREATED', { raw: 'garbage' }, '$ is no JSON, not an object (rule required)'],
])('violated by a %s with %j', (type, options, said) => {
  const verdict = judge(invariant, emitting(type, options));
  expect(verdict).toMatch(/^violated: the record at .* does not fit the contract: .*by "/);
  expect(verdict).toContain(said);
});

test.each<[EventType, RecordOptions]>([
  ['PURCHASE_CREATED', { eventId: idOf('purchase', 'ada') }],
  ['PURCHASE_CREATED', { eventId: `${idOf('purchase', 'ada')}-recovery` }],
  ['PURCHASE_CREATED', { eventId: `purchase-created-${idOf('purchase', 'ada')}-recovery` }],
  ['PURCHASE_CREATED', { value: { more: 1, metadata: {} } }],
  ['TRAINER_ALLOCATED', { value: { startDate: '' } }],
])('holds for a %s with %j', (type, options) => expect(judge(invariant, emitting(type, options))).toBe('holds'));

test('every part that is pinned is missed when it is not there', () => {
  for (const type of ['PURCHASE_CREATED', 'COURSE_ACCESS_GRANTED', 'TRAINER_ALLOCATED'] as const) {
    const record = emitting(type, {}).of('kafka.record').at(-1)!;
    for (const name of Object.keys(record.json as object))
      expect([type, name, judge(invariant, emitting(type, { value: { [name]: undefined } }))]).toEqual([
        type,
        name,
        expect.stringMatching(/^violated/),
      ]);
    for (const name of Object.keys(record.headers)) {
      const { [name]: _, ...headers } = record.headers;
      expect(judge(invariant, emitting(type, { headers }))).toContain(`metadata header.${name} is absent`);
      const other = { ...headers, [name]: 'other' };
      expect(judge(invariant, emitting(type, { headers: other }))).toContain(`metadata header.${name} is "other"`);
    }
  }
});

test('violated by a dead-letter record without its attempts', () =>
  expect(
    judge(
      invariant,
      trialOf({
        after: {
          created: (b, _, { created }) => void (created && b.deadLetter(created, { value: { attempts: undefined } })),
        },
      }),
    ),
  ).toMatch(/^violated: .*dead-letter-queue-0@0.*\$\.attempts/));

const lettered = (options: RecordOptions) =>
  trialOf({
    after: { created: (b, _, { created }) => void (created && b.deadLetter(created, options)) },
  });

test.each<[RecordOptions, string]>([
  [{ value: { correlationId: undefined } }, '$.correlationId is absent'],
  [{ value: { eventId: '' } }, '$.eventId is ""'],
  [{ value: { failureReason: 'another' } }, 'metadata header.failureReason'],
  [{ value: { originalEvent: undefined } }, '$.originalEvent is absent'],
  [{ value: { originalEvent: null } }, '$.originalEvent is null'],
  [{ key: null }, 'metadata key is'],
  [{ key: idOf('another') }, 'metadata key is'],
])('violated by a dead-letter record with %j', (options, said) => {
  expect(judge(invariant, lettered(options))).toContain(said);
  expect(judge(invariant, lettered({}))).toBe('holds');
});

test('a dead-letter record repeats only ids that its original had', () => {
  const b = build();
  b.deadLetter(b.raw('purchase-created', b.subject(), { raw: 'not JSON', by: 'scenario', key: null }));
  b.ended();
  expect(judge(invariant, b.history())).toBe('holds');
});

test('records of unknown ids count too', () =>
  expect(
    judge(
      invariant,
      trialOf({}, (b) => void b.emit('TRAINER_ALLOCATED', 'nobody', { value: { trainerId: 1 } })),
    ),
  ).toMatch(/^violated/));

test('what the harness published, what was aborted, and topics without a known shape are not judged', () => {
  expect(judge(invariant, emitting('PURCHASE_CREATED', { by: 'a fault', raw: 'garbage' }))).toBe('holds');
  expect(judge(invariant, emitting('PURCHASE_CREATED', { aborted: true, raw: 'garbage' }))).toBe('holds');
  expect(
    judge(
      invariant,
      trialOf({}, (b) => void b.raw('sessions-generated', b.subject(), { raw: '?' })),
    ),
  ).toBe('holds');
});

/** A record that was cut because it is too large. */
const huge = (text: string) =>
  trialOf({}, (b) => {
    const { seq } = b.raw('trainer-allocated', b.subject(), { raw: text });
    b.events[seq - 1] = { ...b.events[seq - 1]!, value: { text, truncated: { bytes: 1e8, sha256: '' } } } as never;
  });

test('unknown when a record is too large to be read, violated when already its beginning is wrong', () => {
  expect(judge(invariant, huge('{"type":'))).toMatch(/^unknown: .* too large/);
  expect(judge(invariant, huge('xxxxxxxx'))).toMatch(/^violated/);
});

test('garbage never crashes the check', () => {
  for (const raw of [
    'null',
    '[]',
    '1',
    '"x"',
    '{"toString":1}',
    `{"_metadata":{"correlationId":{"toString":1}},"purchaseId":{"toString":1}}`,
  ])
    for (const topic of ['purchase-created', 'trainer-allocated', 'dead-letter-queue'])
      expect(
        judge(
          invariant,
          trialOf({}, (b) => {
            const { seq } = b.raw(topic, b.subject(), { raw });
            b.events[seq - 1] = { ...b.events[seq - 1]!, json: JSON.parse(raw) as unknown } as never;
          }),
        ),
      ).toMatch(/^violated/);
  expect(idOf('x')).toMatch(/^[0-9a-f-]{36}$/);
});

test('unknown when records may be missing, violated all the same by what is there', () => {
  expect(judge(invariant, incomplete())).toMatch(/^unknown/);
  expect(
    judge(
      invariant,
      incomplete({}, (b) => void b.emit('TRAINER_ALLOCATED', 'ada', { raw: '-' })),
    ),
  ).toMatch(/^violated/);
});

test('what a record says twice is the same UUID in any case', () => {
  const ofAda = idOf('payment', 'ada').toUpperCase();
  expect(judge(invariant, emitting('PURCHASE_CREATED', { key: ofAda }))).toBe('holds');
  const eventId = `purchase-created-${idOf('purchase', 'ada').toUpperCase()}`;
  expect(judge(invariant, emitting('PURCHASE_CREATED', { eventId }))).toBe('holds');
  expect(judge(invariant, emitting('PURCHASE_CREATED', { key: idOf('payment', 'bob') }))).toMatch(/key is/);
});
