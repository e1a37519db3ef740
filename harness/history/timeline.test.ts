/** What the timeline says of each thing that happened, and what it leaves out as another payment's. */
import { expect, test } from 'vitest';
import { build } from './testing/build.ts';
import type { Build, BuildOptions } from './testing/build.ts';
import { idOf } from './testing/values.ts';
import { timelineOf } from './timeline.ts';

/** What is said of ada after the act began. */
const told = (does: (b: Build) => void, options: BuildOptions = { subjects: ['ada', 'ben'] }) => {
  const b = build(options);
  does(b);
  return timelineOf(b.history(), b.subject()).flatMap(({ text }) => (text === 'phase: act' ? [] : [text]));
};
const short = (...words: string[]) => idOf(...words).slice(0, 8);
const A = 'allocation-worker';

test('rows, by the table and by who wrote them; others’ rows are left out', () => {
  expect(told((b) => void b.purchase())).toEqual([
    `commit by a worker: insert student_course_purchases ${short('purchase', 'ada')}`,
  ]);
  expect(told((b) => void b.allocation('ada', { writer: 'x', status: 'pending' }))).toEqual([
    `commit by x: insert trainer_allocations ${short('allocation', 'ada')} pending`,
  ]);
  expect(told((b) => void b.mark('PURCHASE_CREATED'))).toEqual([
    'commit by a worker: insert processed_events PURCHASE_CREATED',
  ]);
  expect(told((b) => void [b.purchase('ben'), b.mark('PURCHASE_CREATED', 'ben')])).toEqual([]);
  const both = (b: Build) =>
    void b.commit([
      b.markChange('PURCHASE_CREATED', b.subject('ben')),
      b.markChange('PURCHASE_CONFIRMED', b.subject()),
    ]);
  expect(told(both)).toEqual(['commit by a worker: insert processed_events PURCHASE_CONFIRMED']);
  const gone = (b: Build) => {
    const { studentId, courseId } = b.subject();
    const old = { id: 'an-id', student_id: studentId, course_id: courseId };
    b.commit([{ table: 'student_course_purchases', op: 'delete', old }]);
  };
  expect(told(gone)).toEqual(['commit by a worker: delete student_course_purchases an-id']);
});

test('records and who published them; what a worker keeps in a topic of its own is the payment’s too', () => {
  expect(told((b) => void b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' }))).toEqual([
    'PURCHASE_CONFIRMED at purchase-confirmed-0@0, published by payment-service',
  ]);
  expect(told((b) => void b.emit('PURCHASE_CREATED'))).toEqual(['PURCHASE_CREATED at purchase-created-0@0']);
  const retried = (name: string) => (b: Build) => {
    const { json, headers } = build({ subjects: ['ada', 'ben'] }).emit('PURCHASE_CREATED', name);
    b.raw('retries', b.subject(name), { json, headers });
  };
  expect(told(retried('ada'))).toEqual(['PURCHASE_CREATED at retries-0@0']);
  expect(told(retried('ben'))).toEqual([]);
  expect(told((b) => void b.deadLetter(b.emit('PURCHASE_CREATED')))).toContain(
    'dead-letter record at dead-letter-queue-0@0',
  );
  expect(told((b) => void b.commitOffset(A, b.emit('PURCHASE_CREATED', 'ben')))).toEqual([]);
  expect(told((b) => void b.commitOffset(A, b.emit('PURCHASE_CREATED')))).toContain(
    'trainer-allocation-workers committed purchase-created-0 up to 1',
  );
});

test('calls, their answers and effects; those of others are left out', () => {
  const PATH = 'POST /api/v1/admin/allocations/auto-assign';
  const called = (b: Build) => {
    const call = b.request();
    b.allocation();
    b.respond(call);
  };
  expect(told(called)).toEqual([
    `call 1 from ${A}: ${PATH}`,
    `call 1 inserted allocation ${short('allocation', 'ada')}`,
    `commit by admin-service: insert trainer_allocations ${short('allocation', 'ada')} approved`,
    'call 1 answered 201 (normal, answered)',
  ]);
  expect(told((b) => void b.respond(b.request(), 'ada', { status: null }))[1]).toBe(
    'call 1 got no answer (normal, reset)',
  );
  expect(told((b) => void b.respond(b.request(), 'ada', { falsified: ['id', 'body'] }))[1]).toBe(
    'call 1 answered 201 (normal, answered, false: id, body)',
  );
  const dropped = (b: Build) =>
    void b.add({ kind: 'http.effect', source: 'http', call: b.request(), effect: 'dropped' });
  expect(told(dropped)[1]).toBe('call 1 dropped no row');
  const others = (b: Build) => {
    const call = b.request('ben');
    b.add({ kind: 'http.effect', source: 'http', call, effect: 'dropped' });
    b.respond(call, 'ben');
  };
  expect(told(others)).toEqual([]);
  expect(told((b) => void b.request('ada', { body: { studentId: undefined, courseId: undefined } }))).toEqual([
    `call 1 from ${A}: ${PATH}, which does not say for which payment`,
  ]);
});

test('lines that name the payment, and trouble that no other payment is named in', () => {
  const said = (line: (b: Build) => string) => told((b) => void b.said(A, line(b)));
  expect(said((b) => `taking ${b.subject().correlationId}`)).toHaveLength(1);
  expect(said(() => 'all is well')).toEqual([]);
  expect(said(() => 'Error: connection refused')).toEqual([`${A}: Error: connection refused`]);
  expect(said(() => '    at refused (error.js:1:1)')).toEqual([]);
  expect(said((b) => `Error: connection refused for ${b.subject('ben').correlationId}`)).toEqual([]);
  expect(said((b) => `well: ${b.subject('ben').correlationId} and ${b.subject().correlationId}`)).toHaveLength(1);
  const three = { subjects: ['ada', 'ben', 'cem'] };
  expect(told((b) => void b.said(A, `Error for ${b.subject('ben').correlationId}`), three)).toEqual([]);
});

test('processes: what is as it should be is not told', () => {
  expect(told((b) => void b.exited(A, true))).toEqual([`${A} exited with 1 (asked to)`]);
  const killed = {
    kind: 'process.exited',
    source: 'process',
    worker: A,
    pid: 1,
    code: null,
    signal: 'SIGKILL',
    requested: false,
  } as const;
  expect(told((b) => void b.add(killed))).toEqual([`${A} exited by SIGKILL by itself`]);
  expect(told((b) => void b.add({ ...killed, signal: null }))).toEqual([`${A} exited with ? by itself`]);
  expect(told((b) => void b.seen(A))).toEqual([]);
  expect(told((b) => void b.seen(A, 'stopped'))).toEqual([`${A} is stopped`]);
  const escaped =
    (...pids: number[]) =>
    (b: Build) =>
      void b.add({ kind: 'process.escaped', source: 'process', worker: A, pids, detail: 'it went on', ended: true });
  expect([...told(escaped(7)), ...told(escaped(7, 8))]).toEqual([
    `${A}: it went on (pid 7)`,
    `${A}: it went on (pids 7, 8)`,
  ]);
});

test('the trial itself: phases, barriers, how it settled and what was left', () => {
  expect(told((b) => void b.barrier())).toEqual([]);
  expect(told((b) => void b.barrier(['kafka', 'offsets']))).toEqual(['barrier not passed: kafka, offsets']);
  expect(told((b) => void b.settled())).toEqual(['settled']);
  expect(told((b) => void b.settled(false, ['a', 'b']))).toEqual(['not settled at the deadline: a, b']);
  expect(told((b) => void b.settled(false))).toEqual(['not settled at the deadline: unknown why']);
  const row = (table: string) => ({ table, key: '1', ids: [] }) as never;
  expect(told((b) => void b.patience())).toEqual(['nothing more came in 5000 ms (nothing more came)']);
  expect(told((b) => void b.patience([row('outbox'), row('outbox')]))).toEqual([
    'nothing more came in 5000 ms; 2 rows in outbox not touched (nothing more came)',
  ]);
  expect(told((b) => void b.ownRows([]))).toEqual([]);
  expect(told((b) => void b.ownRows([row('outbox'), row('inbox')]))).toEqual(['2 rows in outbox, inbox there']);
  const seen =
    (...notes: string[]) =>
    (b: Build) =>
      void b.add({ kind: 'postgres.seen', source: 'postgres', notes });
  expect([...told(seen()), ...told(seen('a', 'b'))]).toEqual(['a; b']);
  const failed = (message: string) =>
    told((b) => void b.add({ kind: 'trial.harness-error', source: 'trial', message }))[0];
  expect(failed('x'.repeat(160))).toBe(`Faultline failed: ${'x'.repeat(160)}`);
  expect(failed('x'.repeat(161))).toBe(`Faultline failed: ${'x'.repeat(159)}…`);
  const observed = (met: boolean) => (b: Build) =>
    void b.add({ kind: 'trial.observed', source: 'trial', met, description: 'it', waitedMs: 1.4, upTo: 1 });
  expect([...told(observed(true)), ...told(observed(false))]).toEqual([
    'observed: it (1 ms)',
    'deadline passed waiting for: it (1 ms)',
  ]);
});

test('faults, but for those that mark another payment’s event: they befall nobody else', () => {
  const fired = (about: object) => told((b) => void b.fired('a-fault', 'x', about));
  const ofIt = ['fault a-fault: a-fault struck'];
  expect([
    fired({}),
    fired({ subject: 'ada', disturbs: 'guard' }),
    fired({ subject: 'ben', disturbs: 'topic' }),
  ]).toEqual([ofIt, ofIt, ofIt]);
  expect(fired({ subject: 'ben', disturbs: 'guard' })).toEqual([]);
});

test('times are counted from the beginning of the trial', () => {
  const b = build();
  b.exited(A);
  const events = b.history();
  const last = timelineOf(events, b.subject()).at(-1);
  expect(last?.at).toBe(events.events.at(-1)!.at - events.started.at);
});
