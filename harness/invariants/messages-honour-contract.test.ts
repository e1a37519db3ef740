import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { RecordOptions } from '../history/testing/kafka.ts';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { idOf } from '../history/testing/values.ts';
import type { EventType } from '../pipeline/pipeline.ts';
import { messagesHonourContract as invariant } from './messages-honour-contract.ts';
import { incomplete, judge } from './testing.ts';

const emitting = (type: EventType, options: RecordOptions) => trialOf({}, (b) => void b.emit(type, 'ada', options));

test('holds for what the services write', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test.each<[EventType, RecordOptions, string]>([
  ['TRAINER_ALLOCATED', { value: { trainerId: null } }, 'value.trainerId is null'],
  ['TRAINER_ALLOCATED', { value: { allocationId: '' } }, 'value.allocationId'],
  ['PURCHASE_CREATED', { value: { purchaseTier: 15 } }, 'value.purchaseTier is 15, not 10, 20 or 30'],
  ['PURCHASE_CREATED', { value: { metadata: undefined } }, 'value.metadata is absent'],
  ['COURSE_ACCESS_GRANTED', { eventId: 'something' }, 'value._metadata.eventId'],
  ['PURCHASE_CREATED', { key: null }, 'key is null'],
  ['PURCHASE_CREATED', { headers: {} }, 'headers.eventId is absent'],
  ['PURCHASE_CREATED', { raw: 'garbage' }, 'value is not JSON'],
])('violated by a %s with %j', (type, options, path) =>
  expect(judge(invariant, emitting(type, options))).toMatch(new RegExp(`^violated: .*${path.replaceAll('.', '\\.')}`)),
);

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
  ).toMatch(/^violated: .*dead-letter-queue-0@0.*value\.attempts/));

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
