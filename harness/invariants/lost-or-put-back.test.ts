/** no-event-lost: groups that were put back, letters that do not say of which event they are, events that name nothing. */
import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import type { KafkaRecord } from '../history/testing/kafka.ts';
import { checkInvariant } from './testing.ts';
import { noEventLost as invariant } from './no-event-lost.ts';

const A = 'allocation-worker';
const GROUP = 'trainer-allocation-workers';
const created = (b: Build, over: object = {}) => b.emit('PURCHASE_CREATED', 'ada', { by: 'payment-service', ...over });

const verdictOf = (does: (b: Build) => void, end: (b: Build) => void, options: BuildOptions = {}) => {
  const b = build(options);
  does(b);
  end(b);
  return checkInvariant(invariant, b.history()).verdict;
};
const atDeadline = (b: Build): void => void [b.barrier(), b.settled(false, ['a group'])];

/** Committed past, and then the group does this, until the deadline or until it has settled. */
const passed = (then: (b: Build, event: KafkaRecord) => void, end: (b: Build) => void = atDeadline) =>
  verdictOf((b) => {
    const event = created(b);
    b.commitOffset(A, event);
    then(b, event);
  }, end);

test('a group that stands before the record again at the deadline has it to read', () => {
  const back = (b: Build, event: KafkaRecord) => void b.commitAt(GROUP, event, event.offset);
  expect(passed(() => {})).toBe('violated');
  expect(passed(back)).toBe('holds');
  expect(passed(back, (b) => b.ended())).toBe('violated');
  expect(passed((b, event) => void b.commitAt(GROUP, event, event.offset, 'harness'))).toBe('holds');
  expect(passed((b, event) => void [back(b, event), b.commitOffset(A, event)])).toBe('violated');
  // A tombstone puts nobody before anything; nor does another group, topic or partition.
  expect(passed((b, event) => void b.commitAt(GROUP, event, -1))).toBe('violated');
  expect(passed((b, event) => void b.commitAt('purchase-creation-workers', event, 0))).toBe('violated');
  expect(passed((b) => void b.commitAt(GROUP, { topic: 'purchase-confirmed', partition: 0 }, 0))).toBe('violated');
  expect(passed((b) => void b.commitAt(GROUP, { topic: 'purchase-created', partition: 1 }, 0))).toBe('violated');
});

test('in a life of the topic that is over nobody reads again', () => {
  expect(passed((b, event) => void [b.commitAt(GROUP, event, 0), b.recreateTopic('purchase-created', false)])).toBe(
    'violated',
  );
  expect(passed((b, event) => void [b.recreateTopic('purchase-created', false), b.commitAt(GROUP, event, 0)])).toBe(
    'violated',
  );
});

/** Lost, with this letter that says of no event which one it is about. */
const lettered = (value: Readonly<Record<string, unknown>>, { name = 'ada', key = null as string | null } = {}) =>
  verdictOf(
    (b) => {
      b.commitOffset(A, created(b));
      const { correlationId } = b.subject(name);
      const json = { originalEvent: 'what was it', failureReason: 'x', correlationId, ...value };
      b.raw('dead-letter-queue', b.subject(name), { json, key, headers: {} });
      // Two events of the payment: its id alone does not say which.
      created(b, { eventId: 'x-recovery' });
    },
    (b) => b.ended(),
    { subjects: ['ada', 'ben'] },
  );

test('a letter that says of no event which one it is about may be about this one', () => {
  expect(lettered({})).toBe('holds');
  expect(lettered({ originalTopic: 'purchase-created' })).toBe('holds');
  expect(lettered({ originalTopic: 'purchase-confirmed' })).toBe('violated');
  expect(lettered({}, { name: 'ben' })).toBe('violated');
  expect(lettered({ correlationId: undefined })).toBe('violated');
  expect(lettered({ correlationId: undefined }, { key: build().subject().correlationId })).toBe('holds');
});

test('an event is tied to rows by the student and course that it names, or else by its payment', () => {
  const named = (value: Readonly<Record<string, unknown>>) =>
    verdictOf(
      (b) => {
        b.allocation('ada');
        b.commitOffset(A, created(b, { value }));
      },
      (b) => b.ended(),
      { subjects: ['ada', 'ben'] },
    );
  const ben = build({ subjects: ['ada', 'ben'] }).subject('ben');
  expect(named({})).toBe('holds');
  expect(named({ studentId: undefined })).toBe('holds');
  expect(named({ courseId: undefined })).toBe('holds');
  expect(named({ studentId: undefined, courseId: undefined })).toBe('holds');
  expect(named({ studentId: ben.studentId, courseId: ben.courseId })).toBe('violated');
  expect(named({ courseId: ben.courseId })).toBe('violated');
});

test('an offset ahead of its effect is shown with both', () => {
  const b = build();
  b.commitOffset(A, created(b));
  b.allocation();
  b.ended();
  const history = b.history();
  const [note] = checkInvariant(invariant, history).notes ?? [];
  expect(note?.evidence.map((seq) => history.events[seq - 1]?.kind)).toEqual(['offsets.committed', 'postgres.commit']);
  expect(note).toMatchObject({ subject: 'ada', worker: A });
});
