/** Progress, payments and tellings: what is another's, or the harness's, says nothing of this one. */
import { expect, test } from 'vitest';
import { openHistory } from './history.ts';
import { hasDecided, hasMet, isMarked } from './progress.ts';
import { isTaken } from './taken.ts';
import { isCallFor, ownersOf, paymentsOf, strayCallsOf, strayEventsOf, paymentById } from './subjects.ts';
import { eventsOnce, tellingsOf } from './tellings.ts';
import { build } from './testing/build.ts';
import type { Build, BuildOptions } from './testing/build.ts';
import { idOf } from './testing/values.ts';

const A = 'allocation-worker';
const P = 'purchase-worker';
const of = (does: (b: Build) => unknown, options: BuildOptions = {}) => {
  const b = build(options);
  does(b);
  return { history: b.history(), subject: b.subject() };
};
const decided = (role: typeof A | typeof P, does: (b: Build) => unknown) => {
  const { history, subject } = of(does);
  return hasDecided(history, subject, role);
};
const paid = (b: Build) => b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });

test('a worker that announces again began again; what the harness announces is no attempt', () => {
  const announced = (times: number, by?: string) => (b: Build) => {
    paid(b);
    for (let i = 0; i < times; i += 1) b.emit('PURCHASE_CREATED', 'ada', by === undefined ? {} : { by });
  };
  expect([decided(P, announced(1)), decided(P, announced(2)), decided(P, announced(2, 'scenario'))]).toEqual([
    false,
    true,
    false,
  ]);
  const once = (b: Build) => [announced(1)(b), announced(1, 'scenario')(b)];
  expect(decided(P, once)).toBe(false);
  expect(decided(P, (b) => [announced(1)(b), b.emit('COURSE_ACCESS_GRANTED')])).toBe(false);
  // Of the allocation-worker its calls count, and what it announces does not.
  expect(decided(A, (b) => [b.emit('TRAINER_ALLOCATED'), b.emit('TRAINER_ALLOCATED')])).toBe(false);
  expect(decided(A, (b) => [b.request(), b.request()])).toBe(true);
  expect(decided(P, (b) => [paid(b), b.request(), b.request()])).toBe(false);
});

test('an exit decides when the event was there before it, or nobody started the worker since', () => {
  expect(decided(A, (b) => [b.emit('PURCHASE_CREATED'), b.exited(A)])).toBe(true);
  expect(decided(A, (b) => b.exited(A))).toBe(true);
  expect(decided(A, (b) => [b.exited(A), b.started(A), b.emit('PURCHASE_CREATED')])).toBe(false);
  expect(decided(A, (b) => [b.exited(A), b.started(P), b.emit('PURCHASE_CREATED')])).toBe(true);
  expect(decided(A, (b) => [b.started(A), b.exited(A), b.emit('PURCHASE_CREATED')])).toBe(true);
  expect(decided(A, (b) => [b.emit('PURCHASE_CREATED'), b.exited(A), b.started(A)])).toBe(true);
  expect(decided(A, (b) => [b.emit('PURCHASE_CREATED'), b.exited(A, true)])).toBe(false);
  expect(decided(A, (b) => [b.emit('PURCHASE_CREATED'), b.exited(P)])).toBe(false);
});

test('a mark is a worker’s, a row anybody’s', () => {
  const marked = (writer: string | null, by?: 'worker' | 'anyone') => {
    const { history, subject } = of((b) => b.mark('PURCHASE_CREATED', 'ada', writer));
    return isMarked(history, subject, 'PURCHASE_CREATED', by);
  };
  expect([marked(null), marked('x'), marked(null, 'anyone'), marked('x', 'anyone')]).toEqual([true, false, true, true]);
  const { history, subject } = of(() => {});
  expect(isMarked(history, subject, 'PURCHASE_CREATED', 'anyone')).toBe(false);
});

test('only the allocation-worker is shown to have its event by a call', () => {
  const { history, subject } = of((b) => [paid(b), b.request()]);
  expect([isTaken(history, subject, A), isTaken(history, subject, P)]).toEqual([true, false]);
});

test('a worker meets the latest fault that strikes it, or the act', () => {
  const met = (does: (b: Build) => unknown, topic?: string) => hasMet(of(does).history, A, topic);
  const connected = (b: Build) => b.reached(A, 'kafka');
  expect([
    met(() => {}),
    met(connected),
    met((b) => b.reached(A, 'postgres')),
    met((b) => b.reached(P, 'kafka')),
  ]).toEqual([false, true, false, false]);
  const struck = (about: object) => (b: Build) => [connected(b), b.fired('worker-killed', '-', about)];
  expect(met(struck({ workers: [A] }))).toBe(false);
  expect(met(struck({ workers: [P, A] }))).toBe(false);
  expect(met(struck({ workers: [P] }))).toBe(true);
  expect(met((b) => [struck({ workers: [A] })(b), connected(b)])).toBe(true);
  const unknown = (b: Build) => b.toldUnknown(A, 'purchase-created');
  expect([met(unknown), met(unknown, 'purchase-created'), met(unknown, 'elsewhere')]).toEqual([true, true, false]);
  // Where a topic is meant a connection is not enough; and a fault of that topic begins it anew.
  expect(met(connected, 'purchase-created')).toBe(false);
  const gone = (topic: string) => (b: Build) => [unknown(b), b.fired('topic-missing', '-', { topic })];
  expect([met(gone('purchase-created'), 'purchase-created'), met(gone('elsewhere'), 'purchase-created')]).toEqual([
    false,
    true,
  ]);
  expect(met(gone('purchase-created'))).toBe(true);
  const b = build({ acting: false });
  connected(b);
  b.phase('settle');
  expect(hasMet(b.history(), A)).toBe(false);
});

test('payments are the scenario’s, and what else the harness itself paid, each once', () => {
  const others = (
    value: Readonly<Record<string, unknown>>,
    by: string | undefined = 'scenario',
    type: 'PURCHASE_CONFIRMED' | 'PURCHASE_CREATED' = 'PURCHASE_CONFIRMED',
  ) => {
    const { history } = of((b) => {
      for (let i = 0; i < 2; i += 1) b.emit(type, 'zoe', { ...(by === undefined ? {} : { by }), value });
    });
    return paymentsOf(history).map(({ name, mayDeadLetter }) => [name.split(' ')[0], mayDeadLetter]);
  };
  expect(others({})).toEqual([
    ['ada', false],
    ['payment', false],
  ]);
  const only = [['ada', false]];
  expect(others({ studentId: undefined })).toEqual(only);
  expect(others({ courseId: undefined })).toEqual(only);
  expect(others({}, 'scenario', 'PURCHASE_CREATED')).toEqual(only);
  const { history } = of((b) => b.emit('PURCHASE_CONFIRMED', 'zoe'));
  expect(paymentsOf(history)).toHaveLength(1);
  const nameless = of((b) =>
    b.emit('PURCHASE_CONFIRMED', 'zoe', { by: 'x', headers: {}, key: null, value: { _metadata: {} } }),
  );
  expect(paymentsOf(nameless.history)).toHaveLength(1);
  expect([paymentById(history, undefined), paymentById(history, 'undefined'), paymentById(history, 7)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('a stray event is one that may be the payment’s by what it names', () => {
  const stray = (
    value: Readonly<Record<string, unknown>>,
    options: object = { key: null, headers: {} },
    built: BuildOptions = {},
  ) => {
    const { history, subject } = of(
      (b) => b.emit('PURCHASE_CREATED', 'zoe', { ...options, value: { ...value } }),
      built,
    );
    return strayEventsOf(history, subject, 'PURCHASE_CREATED').length;
  };
  const { studentId, courseId } = build().subject();
  const none = { _metadata: {} };
  expect(stray({ ...none, studentId: undefined, courseId: undefined })).toBe(1);
  expect(stray({ ...none, studentId, courseId: undefined })).toBe(1);
  expect(stray({ ...none, studentId: undefined, courseId })).toBe(1);
  expect(stray({ ...none, studentId })).toBe(0);
  expect(stray({ ...none, courseId })).toBe(0);
  expect(stray({ ...none, studentId: 'none', courseId })).toBe(1);
  expect(stray(none)).toBe(0);
  // A stranger's own, which names nothing else, is a stranger's; with an id that is none it may be anybody's.
  expect(stray({ studentId: undefined, courseId: undefined })).toBe(0);
  expect(stray({ studentId: undefined, courseId: undefined, _metadata: { correlationId: 'none' } })).toBe(1);
  expect(stray({ studentId, courseId: undefined })).toBe(1);
  // Of two payments that share a student and course it may be either's; of one it is that one's.
  expect(stray({ ...none, studentId, courseId })).toBe(0);
  expect(
    stray({ ...none, studentId, courseId }, undefined, { subjects: ['ada', 'again'], shares: { again: 'ada' } }),
  ).toBe(1);
});

test('calls belong by their ids, and stray ones may be the payment’s', () => {
  const called = (options: object, built: BuildOptions = {}) => {
    const { history, subject } = of((b) => b.request('ada', options), built);
    return { stray: strayCallsOf(history, subject).length, owners: ownersOf(history, history.calls[0]!).length };
  };
  expect(called({}).stray).toBe(0);
  expect(called({ body: { studentId: undefined, courseId: undefined } }).stray).toBe(1);
  expect(called({ body: { studentId: idOf('x') } }).stray).toBe(0);
  expect(called({ body: { courseId: idOf('x') } }).stray).toBe(0);
  const two = { subjects: ['ada', 'again'], shares: { again: 'ada' } };
  expect(called({}, two).stray).toBe(1);
  const other = of((b) => b.request('ben'), { subjects: ['ada', 'ben', 'bis'], shares: { bis: 'ben' } });
  expect(strayCallsOf(other.history, other.subject)).toEqual([]);
  const { history } = of((b) => [
    b.emit('PURCHASE_CREATED'),
    b.request(),
    b.request('zoe', { correlationId: b.subject().correlationId }),
    b.request('zoe'),
  ]);
  expect(history.calls.map((call) => isCallFor(history, call, history.pipelineEvents[0]!))).toEqual([
    true,
    true,
    false,
  ]);
});

test('two records with one eventId are one event where nothing they name is another’s', () => {
  const same = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>) => {
    const { history } = of((b) => {
      for (const value of [one, other])
        b.emit('PURCHASE_CREATED', 'ada', { key: null, headers: {}, value: { _metadata: { eventId: 'e' }, ...value } });
    });
    const [first] = history.pipelineEvents;
    return [tellingsOf(history, first!).length, eventsOnce(history, history.pipelineEvents).length];
  };
  const [ONE, TWO] = [
    [2, 1],
    [1, 2],
  ];
  expect(same({}, {})).toEqual(ONE);
  for (const name of ['studentId', 'courseId']) {
    expect(same({ [name]: undefined }, {})).toEqual(ONE);
    expect(same({}, { [name]: undefined })).toEqual(ONE);
    expect(same({}, { [name]: idOf('x') })).toEqual(TWO);
  }
  const meta = (correlationId: string) => ({ _metadata: { eventId: 'e', correlationId } });
  expect(same(meta('c'), {})).toEqual(ONE);
  expect(same(meta('c'), meta('c'))).toEqual(ONE);
  expect(same(meta('c'), meta('d'))).toEqual(TWO);
  expect(same({ _metadata: {} }, { _metadata: {} })).toEqual(TWO);
});

test('a history begins with its trial, and its commits are read in their order', () => {
  expect(() => openHistory([])).toThrow('a history begins with trial.started');
  const b = build();
  expect(() => openHistory(b.events.slice(1))).toThrow('a history begins with trial.started');
  b.purchase();
  b.mark('PURCHASE_CREATED');
  const history = openHistory([...b.events.slice(0, -2), b.events.at(-1)!, b.events.at(-2)!]);
  expect(history.commits.map(({ seq }) => seq)).toEqual([b.events.length - 1, b.events.length]);
  // A marker of a transaction is no record of anybody's.
  const record = b.emit('TRAINER_ALLOCATED');
  b.events[record.seq - 1] = { ...record, control: 'commit' };
  expect(b.history().pipelineEvents).toEqual([]);
});
