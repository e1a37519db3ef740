import { expect, test } from 'vitest';
import { build } from '../../history/testing/build.ts';
import type { Build } from '../../history/testing/build.ts';
import { flow } from '../../history/testing/flow.ts';
import type { FlowOptions } from '../../history/testing/flow.ts';
import { diagnose } from '../diagnose.ts';
import { barrierAfter, causesOf, connected, connectedOnly, cutOff, inShort, logLine, waited } from '../testing.ts';

const emitted = { until: 'request' } as const;
const reached = (b: Build): void =>
  void b.add({
    kind: 'wire.connected',
    source: 'wire',
    worker: 'allocation-worker',
    upstream: 'admin-service',
    connection: 4,
  });
const relayed = (b: Build): void => {
  cutOff(b);
  reached(b);
};

test('listed for a connection over which no request can come, seen at the stub or at the relay', () => {
  for (const connect of [connectedOnly, relayed]) {
    const causes = causesOf(emitted, connect);
    expect(inShort(causes)).toBe('api-not-called');
    expect(causes[0]?.message).toContain('received no request');
  }
});

test('a connection may come right before its request: it says nothing until it has stood, or patience is over', () => {
  for (const connect of [connected, reached]) {
    expect(inShort(causesOf(emitted, connect))).toBe('');
    expect(inShort(causesOf(emitted, (b) => (connect(b), waited(b))))).toBe('api-not-called');
    const stood = (ms: number): string => {
      const b = flow(build(), emitted);
      b.observed(() => connect(b));
      barrierAfter(b, ms);
      return inShort(diagnose(b.history()));
    };
    expect(stood(4_000)).toBe('');
    expect(stood(6_000)).toBe('api-not-called');
    // Patience of before it, and what stands between others or is healed.
    expect(inShort(causesOf(emitted, (b) => (waited(b), connect(b))))).toBe('');
    const way = { workers: ['allocation-worker'], upstream: 'admin-service', disturbs: 'reach' } as const;
    for (const other of [
      { ...way, workers: ['purchase-worker'] },
      { ...way, upstream: 'kafka' },
      { ...way, disturbs: 'answers' },
    ] as const)
      expect(inShort(causesOf(emitted, (b) => (b.fired('a-fault', '', other), connect(b))))).toBe('');
  }
});

const uncalled = { without: ['request', 'allocation', 'respond', 'announced'] } as const;
const passed = { without: [...uncalled.without, 'markCreated'] } as const;

test('listed for an event that was marked without a call, at once', () =>
  expect(inShort(causesOf(uncalled))).toBe('guard-marked-without-allocation, api-not-called'));

test('an offset past the event alone says nothing before patience is over: an inbox calls later', () => {
  expect(inShort(causesOf(passed))).toBe('');
  expect(inShort(causesOf(passed, waited))).toBe('api-not-called');
  const early = { ...passed, after: { markConfirmed: waited } };
  expect(inShort(causesOf(early))).toBe('');
});

test('not listed when a request was received, nor for a connection that carried another’s', () => {
  expect(inShort(causesOf({ until: 'allocation' }))).toBe('');
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, emitted, 'ada');
  flow(b, { until: 'allocation' }, 'ben');
  b.observed();
  expect(inShort(diagnose(b.history()))).toBe('');
});

test('not listed for a connection from before the event', () => {
  const b = build();
  for (let i = 0; i < 5; i += 1) connectedOnly(b);
  flow(b, emitted);
  b.observed();
  expect(inShort(diagnose(b.history()))).toBe('');
});

test('a log line alone may come right before the call', () =>
  expect(
    inShort(
      causesOf(emitted, (b) =>
        b.add({
          kind: 'process.log',
          source: 'process',
          worker: 'allocation-worker',
          pid: 1,
          stream: 'stdout',
          line: b.subject().correlationId,
        }),
      ),
    ),
  ).toBe(''));

test('not listed when calls may be missing', () => {
  const b = flow(build(), emitted);
  b.observed(() => connectedOnly(b));
  b.barrier(['admin-service']);
  expect(inShort(diagnose(b.history()))).toBe('');
});

const stray = (
  b: Build,
  body: Readonly<Record<string, unknown>> = { studentId: undefined, courseId: undefined },
): void => void b.respond(b.request('ada', { body }), 'ada', { status: 400 });

test('a call of which nothing tells whose it is leaves open whether one was made', () => {
  expect(inShort(causesOf(passed, (b) => (stray(b), waited(b))))).toBe('');
  // One with the ids of nobody's event is as good.
  const nobody = (b: Build): void => {
    stray(b, { studentId: b.subject('zoe').studentId });
    waited(b);
  };
  expect(inShort(causesOf(passed, nobody))).toBe('');
  // Another's call has its own event.
  const foreign = (b: Build): void => {
    b.emit('PURCHASE_CREATED', 'zoe', { partition: 7 });
    b.respond(b.request('zoe'), 'zoe');
    waited(b);
  };
  expect(inShort(causesOf(passed, foreign))).toBe('api-not-called');
  // It cannot have been made for an event that was not there yet.
  const before = build();
  stray(before);
  for (const [i, event] of before.events.entries()) before.events[i] = { ...event, at: event.at - 100 };
  flow(before, passed);
  before.observed(() => waited(before));
  expect(inShort(diagnose(before.history()))).toBe('api-not-called');
});

test('with such a call nobody says that none was made, and somebody else’s row is not known to have stopped the worker', () => {
  const marked = { without: [...uncalled.without] } as const;
  const [cause] = causesOf(marked, (b) => stray(b));
  expect(cause?.id).toBe('guard-marked-without-allocation');
  expect(cause?.message).toContain('whether admin-service was called for it is not known');
  expect(cause?.checks[4]?.answer).toBe('not known: 1 call of which nothing tells whose it is');
  const [known] = causesOf(marked);
  expect(known?.message).toContain('admin-service was never called');
  expect(known?.checks[4]?.answer).toBe('no');
  const early = {
    ...passed,
    after: { created: (b: Build) => void b.mark('PURCHASE_CREATED', 'ada', 'other') },
  } as const;
  expect(inShort(causesOf(early, waited))).toBe('guard-marked-without-allocation');
  expect(inShort(causesOf(early, (b) => (stray(b), waited(b))))).toBe('');
});

test('of several payments a bare connection is evidence for the one it can be about', () => {
  const two = (ben: FlowOptions, connect: (b: Build) => void) => {
    const b = build({ subjects: ['ada', 'ben'] });
    flow(b, ben, 'ben');
    flow(b, emitted, 'ada');
    b.observed(() => connect(b));
    return diagnose(b.history()).map(({ id, subject }) => `${id} of ${subject}`);
  };
  for (const connect of [connectedOnly, relayed]) {
    // Neither's, when both wait.
    expect(two(emitted, connect)).toEqual([]);
    // It may be another try for one that was answered and has nothing yet.
    const failed = {
      until: 'allocation',
      after: {
        request: (b: Build, name: string, { call = 0 }: { call?: number }) =>
          void b.respond(call, name, { status: 500 }),
      },
    } as const;
    expect(two(failed, connect)).toEqual(['api-failing of ben']);
    expect(two({}, connect)).toEqual(['api-not-called of ada']);
  }
  // It had its allocation, but its call was open when the connection was made.
  expect(two({ without: ['respond'] }, connectedOnly)).toEqual([]);
  // Its event came only after.
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, emitted, 'ada');
  b.observed(() => connectedOnly(b));
  for (const [i, event] of b.events.entries()) b.events[i] = { ...event, at: event.at - 100 };
  flow(b, emitted, 'ben');
  b.barrier();
  expect(diagnose(b.history()).map(({ id, subject }) => `${id} of ${subject}`)).toEqual(['api-not-called of ada']);
});

test('what the stub and the relay both saw is one connection', () => {
  const count = (seen: (b: Build) => void): string | undefined =>
    /\((\d+ connections?) without one\)/.exec(causesOf(emitted, seen)[0]?.message ?? '')?.[1];
  expect(count(connectedOnly)).toBe('1 connection');
  expect(count((b) => (connectedOnly(b), relayed(b)))).toBe('1 connection');
  const relays =
    (n: number, kind: 'wire.connected' | 'wire.refused' = 'wire.connected') =>
    (b: Build): void => {
      cutOff(b);
      for (let connection = 1; connection <= n; connection += 1)
        b.add({ kind, source: 'wire', worker: 'allocation-worker', upstream: 'admin-service', connection });
    };
  expect(count((b) => (connectedOnly(b), relays(3)(b)))).toBe('3 connections');
  expect(count(relays(2, 'wire.refused'))).toBe('2 connections');
  expect(count((b) => (relays(2)(b), relays(2, 'wire.refused')(b)))).toBe('2 connections');
});

test('a connection of the other worker, or to another upstream, is none', () => {
  const others = (b: Build): void => {
    b.add({
      kind: 'http.connected',
      source: 'http',
      connection: 9,
      worker: 'purchase-worker',
      service: 'admin-service',
    });
    b.add({
      kind: 'wire.connected',
      source: 'wire',
      worker: 'purchase-worker',
      upstream: 'admin-service',
      connection: 1,
    });
    b.add({ kind: 'wire.connected', source: 'wire', worker: 'allocation-worker', upstream: 'kafka', connection: 2 });
    b.add({ kind: 'wire.refused', source: 'wire', worker: 'allocation-worker', upstream: 'postgres', connection: 3 });
  };
  expect(inShort(causesOf(emitted, others))).toBe('');
});

test('a dead letter decides at once; one of two events that is still open does not', () => {
  const lettered = (more: (b: Build) => void = () => {}): string =>
    inShort(
      causesOf(emitted, (b) => {
        const event = b.history().pipelineEvents.find(({ type }) => type === 'PURCHASE_CREATED');
        if (event !== undefined) b.deadLetter(event.record);
        more(b);
      }),
    );
  expect(lettered()).toBe('api-not-called');
  const again =
    (eventId?: string) =>
    (b: Build): void =>
      void b.emit('PURCHASE_CREATED', 'ada', { by: 'a recovery', ...(eventId === undefined ? {} : { eventId }) });
  // The same event told twice is one; a recovery is another one, which the worker may still take.
  expect(lettered(again())).toBe('api-not-called');
  expect(lettered(again('a recovery'))).toBe('');
});

test('it is told with its connections, or without any; those are another story', () => {
  const told = (options: FlowOptions, seen: (b: Build) => void) => causesOf(options, seen)[0]?.message;
  expect(told(passed, waited)).toMatch(/was taken, and admin-service received no request for it$/);
  expect(told(emitted, connectedOnly)).toMatch(/received no request for it \(1 connection without one\)$/);
  // A connection that came before ben's event is ada's alone.
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, emitted, 'ada');
  connectedOnly(b);
  for (const [i, event] of b.events.entries()) b.events[i] = { ...event, at: event.at - 100 };
  flow(b, passed, 'ben');
  b.observed(() => waited(b));
  expect(diagnose(b.history()).map(({ id, subject }) => `${id} of ${subject}`)).toEqual([
    'api-not-called of ada',
    'api-not-called of ben',
  ]);
});

test('its evidence is the event and whatever shows it taken', () => {
  const b = flow(build(), passed);
  let seqs: number[] = [];
  b.observed(() => {
    const log = b.add(logLine(b));
    waited(b);
    const record = b.history().pipelineEvents.find(({ type }) => type === 'PURCHASE_CREATED')?.record.seq ?? 0;
    const commit = b.history().of('offsets.committed').at(-1)?.seq ?? 0;
    seqs = [record, commit, log];
  });
  expect(diagnose(b.history())[0]?.evidence).toEqual(seqs);
});
