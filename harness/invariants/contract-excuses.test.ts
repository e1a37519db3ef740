/** Records and calls against the contract: what they say of another is held against them, what was published excuses. */
import { expect, test } from 'vitest';
import type { HttpFalsehood } from '../history/events.ts';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import { idOf } from '../history/testing/values.ts';
import { callsHonourContract } from './calls-honour-contract.ts';
import { checkInvariant } from './testing.ts';
import { messagesHonourContract } from './messages-honour-contract.ts';
import type { Invariant } from './types.ts';

const of = (invariant: Invariant, does: (b: Build) => void, options: BuildOptions = {}) => {
  const b = build(options);
  does(b);
  b.ended();
  return checkInvariant(invariant, b.history());
};

const TWO = { subjects: ['ada', 'ben'] };

/** A letter about ada's event, in which some things are those of ben's. */
const letter = (over: (ben: ReturnType<Build['emit']>) => object) =>
  of(
    messagesHonourContract,
    (b) => {
      const ada = b.emit('PURCHASE_CREATED', 'ada', { by: 'payment-service', partition: 0 });
      const ben = b.emit('PURCHASE_CREATED', 'ben', { by: 'payment-service', partition: 0 });
      b.deadLetter(ada, { value: { ...over(ben) } });
    },
    TWO,
  );

test('a letter is held against the event that it is about', () => {
  expect(letter(() => ({})).verdict).toBe('holds');
  const position = letter(({ offset }) => ({ originalOffset: String(offset) }));
  expect(position).toMatchObject({ verdict: 'violated', findings: [{ worker: 'allocation-worker', subject: 'ada' }] });
  expect(position.findings[0]?.message).toMatch(/originalOffset is "purchase-created-0@1", not "purchase-created-0@0"/);
  const content = letter(({ json }) => ({ originalEvent: json }));
  expect(content.findings[0]?.message).toMatch(/\$\.originalEvent/);
  const ids = letter(() => ({
    correlationId: idOf('payment', 'ben'),
    eventId: `purchase-created-${idOf('purchase', 'ben')}`,
  }));
  expect(ids.findings[0]?.message).toMatch(/correlationId/);
});

/** The scenario publishes this, and the allocation-worker calls with that. */
const called = (
  event: Readonly<Record<string, unknown>> | undefined,
  body: Readonly<Record<string, unknown>>,
  {
    by = 'scenario',
    type = 'PURCHASE_CREATED',
    name = 'ada',
  }: { by?: string; type?: 'PURCHASE_CREATED' | 'PURCHASE_CONFIRMED'; name?: string } = {},
) => {
  const { verdict, notes = [] } = of(callsHonourContract, (b) => {
    if (event !== undefined) b.emit(type, name, { ...(by === 'a worker' ? {} : { by }), value: event });
    b.respond(b.request('ada', { body }), 'ada', { status: 400 });
  });
  return [verdict, notes.filter(({ shape }) => shape?.endsWith('as-published')).length];
};

test('a call is excused by the very value that the scenario published for it', () => {
  const unfit = { courseId: 'x' };
  expect(called(unfit, unfit)).toEqual(['holds', 1]);
  expect(called({ courseId: undefined }, { courseId: undefined })).toEqual(['holds', 1]);
  expect(called({ metadata: { timeSlot: 4 } }, { timeSlot: 4 })).toEqual(['holds', 1]);
  expect(called({ metadata: { schedule: { date: 4 } } }, { date: 4 })).toEqual(['holds', 1]);
  expect(called({ metadata: { preferredTimeSlot: 4 } }, { timeSlot: 4 })).toEqual(['holds', 1]);
  expect(called({ metadata: { schedule: { timeSlot: 4 } } }, { timeSlot: 4 })).toEqual(['holds', 1]);
  expect(called({ metadata: { startDate: 4 } }, { date: 4 })).toEqual(['holds', 1]);
  expect(called({ metadata: { schedule: { startDate: 4 } } }, { date: 4 })).toEqual(['holds', 1]);
  expect(called({ metadata: { date: 4 } }, { date: 4 })).toEqual(['holds', 1]);
  // Without metadata there is nothing to pass on, which is what was passed on.
  expect(called({ metadata: undefined }, { timeSlot: undefined })).toEqual(['holds', 1]);
  expect(called({ metadata: undefined }, { date: undefined })).toEqual(['holds', 1]);
  expect(called({ metadata: null }, { date: null })).toEqual(['holds', 1]);
  expect(called({ metadata: 4 }, { paymentMetadata: 4 })).toEqual(['holds', 1]);
  expect(called({ userId: 4 }, { requestedBy: 4 })).toEqual(['holds', 1]);
  expect(called({ studentId: 'x', userId: 'y' }, { studentId: 'x', requestedBy: 'x' })).toEqual(['holds', 1]);
  expect(called({ studentId: 'x' }, { studentId: 'x' })).toEqual(['holds', 1]);
});

test.each<[string, readonly unknown[]]>([
  ['another value', called({ courseId: 'x' }, { courseId: 'y' })],
  ['another field', called({ studentId: 'x' }, { courseId: 'x' })],
  ['one field of two', called({ courseId: 'x' }, { courseId: 'x', date: '' })],
  ['a field that no worker passes on', called({ purchaseId: 'x' }, { date: '' })],
  ['an event on another topic', called({ courseId: 'x' }, { courseId: 'x' }, { type: 'PURCHASE_CONFIRMED' })],
  ['a worker’s own event', called({ courseId: 'x' }, { courseId: 'x' }, { by: 'a worker' })],
  ['an event of another student', called({ courseId: 'x' }, { courseId: 'x' }, { name: 'zoe' })],
  ['metadata without the field', called({ metadata: { schedule: {} } }, { date: 4 })],
  ['a booking that lacks it, which it may', called({ metadata: { schedule: {} } }, { date: undefined })],
  ['a booking that lacks it', called({ metadata: {} }, { timeSlot: null })],
  ['a value that is there already', called({ metadata: undefined }, { paymentMetadata: 4 })],
  ['an event of another course', called({ courseId: idOf('course', 'zoe'), metadata: { date: 4 } }, { date: 4 })],
  ['an event of another student', called({ studentId: idOf('student', 'zoe'), metadata: { date: 4 } }, { date: 4 })],
  ['nothing', called(undefined, { courseId: 'x' })],
])('a call is not excused by %s', (_, judged) => expect(judged).toEqual(['violated', 0]));

test('a call for what nobody bought is shown', () => {
  const shapes = (does: (b: Build) => void) => of(callsHonourContract, does).notes?.map(({ shape }) => shape);
  const elsewhere = { body: { courseId: idOf('elsewhere') } };
  expect(shapes((b) => void b.request('ada', elsewhere))).toEqual(['for-nobody']);
  const [said] = of(callsHonourContract, (b) => void b.request('ada', elsewhere)).notes ?? [];
  expect(said?.message).toMatch(/^call 1 asks for a trainer for student \S{8} and course \S{8}, which nobody bought$/);
  expect(shapes((b) => void b.request())).toBeUndefined();
  expect(shapes((b) => void b.request('zoe'))).toBeUndefined();
});

test('a letter of an event that its worker told again in a topic of its own is about that one', () => {
  const gaveUp = (over: Readonly<Record<string, unknown>> = {}) =>
    of(messagesHonourContract, (b) => {
      const { json, headers } = b.emit('PURCHASE_CREATED', 'ada', { by: 'payment-service' });
      const again = b.raw('purchase-created-retry', b.subject(), { json, headers });
      b.deadLetter(again, { value: over });
    });
  expect(gaveUp().verdict).toBe('holds');
  // It is in that topic, and at that position.
  expect(gaveUp({ originalOffset: '7' }).verdict).toBe('violated');
  expect(gaveUp({ originalTopic: 'purchase-created-other' }).verdict).toBe('violated');
  expect(gaveUp({ failureReason: undefined }).verdict).toBe('violated');
  const unread = of(messagesHonourContract, (b) => {
    const event = b.emit('PURCHASE_CREATED', 'ada', { by: 'payment-service' });
    b.deadLetter({ ...event, topic: 'purchase-created-retry' });
  });
  expect(unread.verdict).toBe('violated');
});

test('names that objects have by themselves are fields like any other', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']) {
    const unfit = { [name]: 'x', courseId: 'y' };
    expect([name, ...called({ [name]: 'x' }, unfit)]).toEqual([name, 'violated', 0]);
    expect([name, ...called(unfit, unfit)]).toEqual([name, 'holds', 1]);
  }
});

/** The scenario publishes a payment with this, and a worker an event of this type with that. */
const repeated = (
  type: 'PURCHASE_CREATED' | 'COURSE_ACCESS_GRANTED',
  paid: Readonly<Record<string, unknown>>,
  told: Readonly<Record<string, unknown>> = paid,
  { by = 'scenario', name = 'ada' }: { by?: string; name?: string } = {},
) => {
  const { verdict, notes = [] } = of(
    messagesHonourContract,
    (b) => {
      b.emit('PURCHASE_CONFIRMED', name, { ...(by === 'a worker' ? {} : { by }), value: paid });
      b.emit(type, 'ada', { value: told });
    },
    TWO,
  );
  return [verdict, ...notes.map(({ shape, evidence }) => [shape, evidence.length])];
};

test('a record is excused by the very value that the scenario published in the event it came of', () => {
  for (const type of ['PURCHASE_CREATED', 'COURSE_ACCESS_GRANTED'] as const) {
    expect(repeated(type, { courseId: 'x' })).toEqual(['holds', ['body-course-id-regex-as-published', 2]]);
    expect(repeated(type, { courseId: undefined })).toEqual(['holds', ['body-course-id-required-as-published', 2]]);
    expect(repeated(type, { metadata: 4 })).toEqual(['holds', ['body-metadata-type-as-published', 2]]);
    // Another value, another payment's, a worker's own, or with something of its own that is unfit.
    expect(repeated(type, { courseId: 'x' }, { courseId: 'y' })).toEqual(['violated']);
    expect(repeated(type, { courseId: 'x' }, { courseId: 'x' }, { name: 'ben' })).toEqual(['violated']);
    expect(repeated(type, {}, { courseId: 'x' })).toEqual(['violated']);
    expect(repeated(type, { courseId: 'x' }, { courseId: 'x', purchaseId: 'y' })).toEqual(['violated']);
    expect(repeated(type, { purchaseId: 'y' })).toEqual(['violated']);
    expect(repeated(type, {}, { purchaseId: undefined })).toEqual(['violated']);
    expect(repeated(type, {}, { purchaseTier: undefined })).toEqual(['violated']);
    expect(repeated(type, { metadata: { purchaseTier: 'x' } }, { purchaseTier: 'x' })[0]).toBe('holds');
  }
});

test('TRAINER_ALLOCATED is excused by the scenario’s event, and by a false answer, each for its own fields', () => {
  const told = (
    value: Readonly<Record<string, unknown>>,
    { created = {}, data = {}, falsified = [] as readonly HttpFalsehood[], name = 'ada' } = {},
  ) => {
    const { verdict, notes = [] } = of(
      messagesHonourContract,
      (b) => {
        b.emit('PURCHASE_CREATED', 'ada', { by: 'scenario', value: { ...created } });
        b.respond(b.request(name), name, { data, falsified });
        b.emit('TRAINER_ALLOCATED', 'ada', { value });
      },
      TWO,
    );
    return [verdict, notes.length];
  };
  const nobody = { trainerId: 'nobody' };
  expect(told(nobody, { data: nobody, falsified: ['body'] })).toEqual(['holds', 1]);
  expect(told(nobody, { data: nobody, falsified: ['shape'] })).toEqual(['holds', 1]);
  expect(told(nobody, { data: nobody })).toEqual(['violated', 0]);
  expect(told(nobody, { data: nobody, falsified: ['status'] })).toEqual(['violated', 0]);
  expect(told(nobody, { data: { trainerId: 'another' }, falsified: ['body'] })).toEqual(['violated', 0]);
  expect(told(nobody, { data: nobody, falsified: ['body'], name: 'ben' })).toEqual(['violated', 0]);
  expect(told({ courseId: 'x' }, { created: { courseId: 'x' } })).toEqual(['holds', 1]);
  expect(told({ courseId: 'x', ...nobody }, { created: { courseId: 'x' }, data: nobody, falsified: ['body'] })).toEqual(
    ['holds', 1],
  );
  expect(told({ courseId: 'x', ...nobody }, { created: { courseId: 'x' } })).toEqual(['violated', 0]);
  expect(told({ startDate: 4 }, { created: { metadata: { startDate: 4 } } })).toEqual(['holds', 1]);
  expect(told({ startDate: 4 })).toEqual(['violated', 0]);
});

test('a call is excused by what the scenario said of the payment, where the event that was called for repeats it', () => {
  const passed = (
    paid: Readonly<Record<string, unknown>>,
    created: Readonly<Record<string, unknown>>,
    body: Readonly<Record<string, unknown>>,
  ) => {
    const { verdict, notes = [] } = of(callsHonourContract, (b) => {
      b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'scenario', value: paid });
      b.emit('PURCHASE_CREATED', 'ada', { value: created });
      b.respond(b.request('ada', { body }), 'ada', { status: 400 });
    });
    return [verdict, notes.filter(({ shape }) => shape?.endsWith('as-published')).length];
  };
  const unfit = { metadata: { timeSlot: 4 } };
  expect(passed(unfit, unfit, { timeSlot: 4 })).toEqual(['holds', 1]);
  expect(passed(unfit, {}, { timeSlot: 4 })).toEqual(['violated', 0]);
  expect(passed({}, unfit, { timeSlot: 4 })).toEqual(['violated', 0]);
});

test('what the scenario said of the payment is passed on by one worker after the other', () => {
  const told = (
    paid: Readonly<Record<string, unknown>>,
    created: Readonly<Record<string, unknown>>,
    allocated: Readonly<Record<string, unknown>>,
  ) => {
    const { verdict, notes = [] } = of(messagesHonourContract, (b) => {
      b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'scenario', value: paid });
      b.emit('PURCHASE_CREATED', 'ada', { value: created });
      b.emit('TRAINER_ALLOCATED', 'ada', { value: allocated });
    });
    return [verdict, notes.length];
  };
  const unfit = { courseId: 'x' };
  expect(told(unfit, unfit, unfit)).toEqual(['holds', 2]);
  expect(told({}, unfit, unfit)).toEqual(['violated', 0]);
  expect(told(unfit, {}, unfit)).toEqual(['violated', 0]);
  const booked = { metadata: { startDate: 4 } };
  expect(told(booked, booked, { startDate: 4 })).toEqual(['holds', 1]);
  expect(told({}, booked, { startDate: 4 })).toEqual(['violated', 0]);
});
