/** Whose something is, and what counts as what: ids, lives of a topic, calls, effects. */
import { expect, test } from 'vitest';
import type { HistoryEvent } from '../history/events.ts';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import type { FlowOptions } from '../history/testing/flow.ts';
import { idOf } from '../history/testing/values.ts';
import { diagnose } from './diagnose.ts';
import { causesOf, gone, inShort, logLine, start, waited } from './testing.ts';

const emitted = { until: 'request' } as const;
const hung = (b: Build): void => void b.seen('allocation-worker', 'stopped');

/** Every id in the text in upper case. */
const shouted = <E extends HistoryEvent>(event: E): E =>
  JSON.parse(
    JSON.stringify(event).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => id.toUpperCase()),
  ) as E;

test.each(['kafka.record', 'postgres.commit', 'http.request', 'process.log'] as const)(
  'ids in upper case are the same ids: %s',
  (kind) => {
    const told = (options: FlowOptions, seen: (b: Build) => void): readonly [string, string] => {
      const b = flow(build(), options);
      b.observed(() => seen(b));
      const before = inShort(diagnose(b.history()));
      for (const [i, event] of b.events.entries()) if (event.kind === kind) b.events[i] = shouted(event);
      return [before, inShort(diagnose(b.history()))];
    };
    const courses: readonly (readonly [FlowOptions, (b: Build) => void])[] = [
      [{}, () => {}],
      [emitted, hung],
      [emitted, (b) => (b.add(logLine(b)), hung(b))],
      [{ until: 'created', without: ['confirmed'] }, () => {}],
      [{ without: ['allocation'] }, () => {}],
      [{ until: 'allocation' }, hung],
    ];
    for (const [options, seen] of courses) {
      const [before, after] = told(options, seen);
      expect(after).toBe(before);
    }
  },
);

test('an id within a longer word is not its id', () => {
  const line = (text: (id: string) => string) =>
    inShort(
      causesOf(emitted, (b) => {
        b.add({ ...logLine(b), line: text(b.subject().correlationId) } as Parameters<Build['add']>[0]);
        hung(b);
      }),
    );
  expect(line((id) => `got ${id}.`)).toBe('');
  expect(line((id) => `got ${id}9`)).toBe('event-not-consumed');
  expect(line((id) => `got ${id.slice(0, 8)}`)).toBe('event-not-consumed');
});

test('an allocation that was completed or rejected later was had; one that its worker took back was not', () => {
  const row = (b: Build, status: string) => ({
    id: idOf('allocation', 'ada'),
    student_id: b.subject().studentId,
    course_id: b.subject().courseId,
    trainer_id: idOf('trainer', 'ada'),
    status,
  });
  const become =
    (status: string, writer: string | null) =>
    (b: Build): void =>
      void b.commit(
        [{ table: 'trainer_allocations', op: 'update', row: row(b, status), old: row(b, 'approved') }],
        writer,
      );
  for (const status of ['completed', 'rejected', 'cancelled'])
    expect([status, inShort(causesOf({}, become(status, 'a person')))]).toEqual([status, '']);
  const undone = (b: Build): void =>
    void b.commit([{ table: 'trainer_allocations', op: 'delete', old: row(b, 'approved') }], null);
  // What is left is a mark without its effect. That no row was committed may not be said: it was.
  expect(inShort(causesOf({}, undone))).toBe('guard-marked-without-allocation');
  expect(inShort(causesOf({ without: ['markCreated'] }, undone))).toBe('');
});

test('a row that one transaction inserts and deletes never was', () => {
  const transient = (b: Build): void => {
    const { studentId, courseId } = b.subject();
    const row = { id: 'x', student_id: studentId, course_id: courseId, trainer_id: 't', status: 'approved' };
    b.commit([
      { table: 'trainer_allocations', op: 'insert', row },
      { table: 'trainer_allocations', op: 'delete', old: row },
    ]);
  };
  expect(inShort(causesOf({ without: ['allocation'], until: 'markCreated' }, transient))).toBe('api-failing');
});

test('a health check is no call: it shows nothing taken, and its error is nobody’s failure', () => {
  const check =
    (status: number) =>
    (b: Build): void =>
      void b.respond(
        b.request('ada', { path: '/health', body: { studentId: undefined, courseId: undefined } }),
        'ada',
        { status },
      );
  for (const status of [200, 500]) {
    expect(inShort(causesOf(emitted, check(status)))).toBe('');
    expect(inShort(causesOf(emitted, (b) => (check(status)(b), hung(b))))).toBe('event-not-consumed');
    const passed = { without: ['markCreated', 'request', 'allocation', 'respond', 'announced'] } as const;
    expect(inShort(causesOf(passed, (b) => (check(status)(b), waited(b))))).toBe('api-not-called');
  }
});

test('an event of a topic that was deleted and made anew is not in the topic', () => {
  const anew = (b: Build): void => {
    b.add({ kind: 'kafka.topic-deleted', source: 'harness', topic: 'purchase-created' });
    b.add({ kind: 'kafka.topic-created', source: 'harness', topic: 'purchase-created', partitions: 3 });
    b.topics();
  };
  // It was never taken, and the purchase-worker may be through with it only once patience is over.
  expect(inShort(causesOf(emitted, (b) => (anew(b), hung(b))))).toBe('');
  expect(inShort(causesOf(emitted, (b) => (anew(b), waited(b), hung(b))))).toBe('event-not-emitted');
  // One that was taken before is the worker's.
  const called = (b: Build): void => void b.respond(b.request(), 'ada', { status: 500 });
  expect(inShort(causesOf(emitted, (b) => (called(b), anew(b))))).toBe('api-failing');
  // A new one is there.
  const again = (b: Build): void => {
    anew(b);
    b.emit('PURCHASE_CREATED', 'ada', { by: 'heal' });
    hung(b);
  };
  expect(inShort(causesOf(emitted, again))).toBe('event-not-consumed');
});

test('a commit in a topic that is made anew is not past an event of the one before', () => {
  const causes = (inNew: boolean): string =>
    inShort(
      causesOf(emitted, (b) => {
        const old = b.history().pipelineEvents.find(({ type }) => type === 'PURCHASE_CREATED')?.record;
        b.add({ kind: 'kafka.topic-deleted', source: 'harness', topic: 'purchase-created' });
        b.add({ kind: 'kafka.topic-created', source: 'harness', topic: 'purchase-created', partitions: 3 });
        b.topics();
        if (inNew && old !== undefined) {
          b.emit('PURCHASE_CREATED', 'zoe', { partition: old.partition });
          b.commitOffset('allocation-worker', old);
        }
        waited(b);
      }),
    );
  expect(causes(false)).toBe('event-not-emitted');
  expect(causes(true)).toBe('event-not-emitted');
});

test('of two payments for one student and course a call says nothing of the one it does not name', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  const [ada, ben] = b.subjects;
  if (ada === undefined || ben === undefined) throw new Error('two subjects');
  const started = b.history().started;
  b.events[0] = { ...started, subjects: [ada, { ...ben, studentId: ada.studentId, courseId: ada.courseId }] };
  const events = (['ada', 'ben'] as const).map((name, partition) =>
    b.emit('PURCHASE_CREATED', 'ada', {
      partition,
      eventId: name,
      value: { _metadata: { correlationId: b.subject(name).correlationId, eventId: name } },
      headers: {},
      key: b.subject(name).correlationId,
    }),
  );
  for (const event of events) b.commitOffset('allocation-worker', event);
  const call = b.request('ada');
  b.respond(call, 'ada', { status: 500 });
  b.observed(() => waited(b));
  // Whose it was is not told: neither was surely not called, and of neither was an error answered.
  expect(diagnose(b.history())).toEqual([]);
  const named = b.events.findIndex(({ kind }) => kind === 'http.request');
  b.events[named] = { ...b.events[named]!, correlationId: ben.correlationId };
  expect(diagnose(b.history()).map(({ id, subject }) => [id, subject])).toEqual([
    ['api-not-called', 'ada'],
    ['api-failing', 'ben'],
  ]);
});

test('a record without ids may be the event that is missing', () => {
  const fallback: FlowOptions = { until: 'created', without: ['confirmed'] };
  expect(inShort(causesOf(fallback))).toBe('event-not-emitted');
  const blank = (b: Build): void => void b.emit('PURCHASE_CREATED', 'ada', { raw: '{}', key: null });
  expect(inShort(causesOf(fallback, blank))).toBe('');
});

test('one program that plays both parts dies as both', () => {
  const both = (seen: (b: Build) => void): string =>
    inShort(
      causesOf({ until: 'purchase' }, (b) => {
        const first = b.history().started;
        b.events[0] = { ...first, workers: first.workers.map((worker) => ({ ...worker, name: 'both' })) };
        b.add({ kind: 'process.started', source: 'process', worker: 'both', pid: 5 });
        seen(b);
      }),
    );
  const died = (b: Build): void => {
    b.add({
      kind: 'process.exited',
      source: 'process',
      worker: 'both',
      pid: 5,
      code: 1,
      signal: null,
      requested: false,
    });
    gone('purchase-worker')(b);
    gone()(b);
  };
  expect(both(died)).toBe('worker-not-running');
  expect(both((b) => start(b, 'purchase-worker', true))).toBe('');
});
