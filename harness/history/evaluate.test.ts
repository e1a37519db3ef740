import { describe as suite, expect, test } from 'vitest';
import type { Condition } from './conditions.ts';
import { describe } from './describe.ts';
import type { HistoryEvent } from './events.ts';
import { holds, lastingIn } from './evaluate.ts';
import { build } from './testing/build.ts';
import type { Build } from './testing/build.ts';
import { STEP_NAMES, flow, flowSteps } from './testing/flow.ts';
import type { Step } from './testing/flow.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';

const inWords = (condition: Condition): string => describe(pipelineOf(shippedPipeline), condition);

/** The healthy step with which the condition begins to hold; null: never. */
const heldFrom = (condition: Condition): Step | null => {
  const b = build();
  const steps = flowSteps(b, 'ada');
  for (const [i, step] of steps.entries()) {
    step();
    if (holds(condition, b.history())) return STEP_NAMES[i] ?? null;
  }
  return null;
};

const allocation = { worker: 'allocation-worker' } as const;

suite('in a healthy course each form begins to hold at its step', () => {
  test.each<[Condition, Step | null]>([
    [{ always: true }, 'confirmed'],
    [{ emitted: { event: 'PURCHASE_CONFIRMED' } }, 'confirmed'],
    [{ emitted: { event: 'PURCHASE_CREATED' } }, 'created'],
    [{ emitted: { event: 'PURCHASE_CREATED', atLeast: 2 } }, null],
    [{ emitted: { event: 'PURCHASE_CREATED', subject: 'nobody' } }, null],
    [{ row: { table: 'student_course_purchases' } }, 'purchase'],
    [{ row: { table: 'trainer_allocations' } }, 'allocation'],
    [{ row: { table: 'processed_events' } }, 'markConfirmed'],
    [{ marked: { event: 'PURCHASE_CONFIRMED' } }, 'markConfirmed'],
    [{ marked: { event: 'PURCHASE_CREATED', by: 'anyone' } }, 'markCreated'],
    [{ passed: { worker: 'purchase-worker' } }, 'passConfirmed'],
    [{ passed: allocation }, 'passCreated'],
    [{ decided: { worker: 'purchase-worker' } }, 'purchase'],
    [{ decided: allocation }, 'allocation'],
    [{ taken: { worker: 'purchase-worker' } }, 'purchase'],
    [{ taken: allocation }, 'request'],
    [{ requested: {} }, 'request'],
    [{ requested: { atLeast: 2 } }, null],
    [{ callOpen: {} }, 'request'],
    [{ answered: {} }, 'respond'],
    [{ answered: { status: 201 } }, 'respond'],
    [{ answered: { status: 500 } }, null],
    [{ deadLettered: {} }, null],
    [{ exited: allocation }, null],
    [{ connected: { ...allocation, upstream: 'postgres' } }, null],
    [{ not: { emitted: { event: 'PURCHASE_CREATED' } } }, 'confirmed'],
    [{ all: [{ requested: {} }, { emitted: { event: 'TRAINER_ALLOCATED' } }] }, 'announced'],
    [{ any: [{ deadLettered: {} }, { answered: {} }] }, 'respond'],
  ])('%j', (condition, step) => {
    expect(heldFrom(condition)).toBe(step);
    expect(inWords(condition).length).toBeGreaterThan(3);
  });
});

/** Does the condition hold after this has happened to a payment whose event is in its topic? */
const after = (condition: Condition, happen: (b: Build) => void): boolean => {
  const b = flow(build(), { until: 'request' });
  happen(b);
  return holds(condition, b.history());
};
const event = (b: Build) =>
  b.events.findLast((e) => e.kind === 'kafka.record' && e.topic === 'purchase-created') as never;

suite('a worker has taken an event', () => {
  const line = (b: Build, worker: string, text: string): void =>
    void b.add({ kind: 'process.log', source: 'process', worker, pid: 1, stream: 'stdout', line: text });
  const eventId = (b: Build): string =>
    b.history().pipelineEvents.find(({ type }) => type === 'PURCHASE_CREATED')?.eventId ?? '';

  test('as a line of its own with an id of the event shows', () => {
    expect(after({ taken: allocation }, () => {})).toBe(false);
    expect(after({ taken: allocation }, (b) => line(b, 'allocation-worker', `got ${b.subject().correlationId}`))).toBe(
      true,
    );
    expect(after({ taken: allocation }, (b) => line(b, 'allocation-worker', `got ${eventId(b)}`))).toBe(true);
  });

  test('but not by a line of another worker, or about something else', () => {
    expect(after({ taken: allocation }, (b) => line(b, 'purchase-worker', `sent ${eventId(b)}`))).toBe(false);
    expect(after({ taken: allocation }, (b) => line(b, 'allocation-worker', 'heartbeat'))).toBe(false);
  });
});

suite('a worker has decided', () => {
  test.each<[string, (b: Build) => void]>([
    ['when it marked', (b) => b.mark('PURCHASE_CREATED')],
    ['when it brought about the effect', (b) => void [b.request(), b.allocation()]],
    [
      'when it committed past the event and patience is over',
      (b) => void [b.commitOffset('allocation-worker', event(b)), b.patience()],
    ],
    [
      'when it committed past the event and the trial has settled',
      (b) => void [b.commitOffset('allocation-worker', event(b)), b.settled()],
    ],
    ['when it dead-lettered it', (b) => void b.deadLetter(event(b))],
    ['when it exited by itself', (b) => b.exited('allocation-worker')],
    ['when a second attempt began', (b) => void [b.request(), b.request()]],
  ])('%s', (_, happen) => expect(after({ decided: allocation }, happen)).toBe(true));

  test.each<[string, (b: Build) => void]>([
    ['by an offset past the event alone', (b) => b.commitOffset('allocation-worker', event(b))],
    [
      'by patience from before that',
      (b) => void [b.patience(), b.commitOffset('allocation-worker', event(b)), b.settled(false)],
    ],
    ['by a row the scenario gave', (b) => b.allocation('ada', { writer: 'scenario' })],
    [
      'by an effect that it took back',
      (b) => void [b.allocation('ada', { writer: null }), b.commit([{ table: 'trainer_allocations', op: 'truncate' }])],
    ],
    ['by a health check', (b) => void [b.healthCheck(), b.healthCheck()]],
    ['by a first attempt', (b) => void b.request()],
    ['by a row that somebody else wrote', (b) => b.mark('PURCHASE_CREATED', 'ada', 'payment-service')],
    ['by a commit of the harness', (b) => b.commitOffset('allocation-worker', event(b), 'harness')],
    ['by an exit that was asked for', (b) => b.exited('allocation-worker', true)],
    [
      'by an exit that is followed by a start at once',
      (b) => {
        b.exited('allocation-worker');
        b.events.push({ ...b.events.pop()!, restarts: true } as HistoryEvent);
      },
    ],
    ['by another worker’s exit', (b) => b.exited('purchase-worker')],
    ['by what another payment does', (b) => b.mark('PURCHASE_CREATED', 'zoe')],
  ])('but not %s', (_, happen) => expect(after({ decided: allocation }, happen)).toBe(false));

  test('the purchase-worker, when it announced again', () =>
    expect(
      holds(
        { decided: { worker: 'purchase-worker' } },
        flow(build(), { until: 'markConfirmed', after: { granted: (b) => void b.emit('PURCHASE_CREATED') } }).history(),
      ),
    ).toBe(true));
});

test('a condition without a subject means every subject', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, {}, 'ada');
  const condition = (subject?: string): Condition => ({
    decided: { ...allocation, ...(subject === undefined ? {} : { subject }) },
  });
  expect(holds(condition('ada'), b.history())).toBe(true);
  expect(holds(condition('ben'), b.history())).toBe(false);
  expect(holds(condition(), b.history())).toBe(false);
  flow(b, {}, 'ben');
  expect(holds(condition(), b.history())).toBe(true);
});

test('passed means past every telling of the event; rows that went away, closed calls and aborted records do not hold', () => {
  expect(
    after({ passed: allocation }, (b) => {
      b.commitOffset('allocation-worker', event(b));
      b.emit('PURCHASE_CREATED');
    }),
  ).toBe(false);
  expect(
    after({ row: { table: 'trainer_allocations' } }, (b) => void b.allocation('ada', { status: 'rejected' })),
  ).toBe(false);
  expect(after({ callOpen: {} }, (b) => void b.respond(b.request()))).toBe(false);
  expect(
    after(
      { emitted: { event: 'TRAINER_ALLOCATED' } },
      (b) => void b.emit('TRAINER_ALLOCATED', 'ada', { aborted: true }),
    ),
  ).toBe(false);
  expect(after({ deadLettered: {} }, (b) => void b.deadLetter(event(b)))).toBe(true);
});

test('a connection attempt is counted once, refused or not', () => {
  const wire = (kind: 'wire.connected' | 'wire.refused', connection: number) => (b: Build) =>
    void b.add({ kind, source: 'wire', ...allocation, upstream: 'postgres', connection });
  const both = (b: Build): void => {
    wire('wire.connected', 1)(b);
    wire('wire.refused', 1)(b);
  };
  const connected = (more: object): Condition => ({ connected: { ...allocation, upstream: 'postgres', ...more } });
  expect(after(connected({}), both)).toBe(true);
  expect(after(connected({ atLeast: 2 }), both)).toBe(false);
  expect(after(connected({ refused: true }), both)).toBe(true);
  expect(after(connected({ refused: true }), wire('wire.connected', 1))).toBe(false);
  expect(after({ connected: { ...allocation, upstream: 'kafka' } }, both)).toBe(false);
});

test('a connection since an event is one that may be about it', () => {
  const wire = (b: Build): void =>
    void b.add({ kind: 'wire.connected', source: 'wire', ...allocation, upstream: 'admin-service', connection: 1 });
  const since: Condition = { connected: { ...allocation, upstream: 'admin-service', since: 'PURCHASE_CREATED' } };
  const over = (...steps: ((b: Build) => void)[]): boolean => {
    const b = build();
    for (const step of steps) step(b);
    return holds(since, b.history());
  };
  const created = (b: Build): void => void b.emit('PURCHASE_CREATED');
  const time = (b: Build): void => {
    for (let i = 0; i < 10; i += 1) b.commit([]);
  };
  expect(over(created, wire)).toBe(true);
  // The record may have arrived here later than at the worker.
  expect(over(wire, created)).toBe(true);
  expect(over(wire, time, created)).toBe(false);
  expect(over(wire)).toBe(false);
});

suite('what the harness did itself', () => {
  const signal = (b: Build, worker: string, name: string): void =>
    void b.add({ kind: 'process.signalled', source: 'process', worker, pid: 1, signal: name });

  test('an exit, by itself or whoever asked for it', () => {
    const anyone: Condition = { exited: { ...allocation, by: 'anyone' } };
    expect(after({ exited: allocation }, (b) => b.exited('allocation-worker', true))).toBe(false);
    expect(after(anyone, (b) => b.exited('allocation-worker', true))).toBe(true);
    expect(after(anyone, (b) => b.exited('allocation-worker'))).toBe(true);
    expect(after(anyone, (b) => b.exited('purchase-worker', true))).toBe(false);
  });

  test('whether a worker runs, paused or not', () => {
    const runs: Condition = { running: allocation };
    const begin = (b: Build): void =>
      void b.add({ kind: 'process.started', source: 'process', worker: 'allocation-worker', pid: 1 });
    expect(after(runs, begin)).toBe(true);
    expect(after(runs, (b) => (begin(b), signal(b, 'allocation-worker', 'SIGSTOP')))).toBe(true);
    expect(after(runs, (b) => (begin(b), b.exited('allocation-worker')))).toBe(false);
    expect(after(runs, (b) => (begin(b), b.exited('purchase-worker')))).toBe(true);
    expect(after(runs, (b) => (begin(b), b.exited('allocation-worker'), begin(b)))).toBe(true);
  });

  test('a signal, that one and to that worker', () => {
    const asked: Condition = { signalled: { ...allocation, signal: 'SIGTERM' } };
    expect(after(asked, (b) => signal(b, 'allocation-worker', 'SIGTERM'))).toBe(true);
    expect(after(asked, (b) => signal(b, 'allocation-worker', 'SIGKILL'))).toBe(false);
    expect(after(asked, (b) => signal(b, 'purchase-worker', 'SIGTERM'))).toBe(false);
  });

  test('a fault that fired, of that kind', () => {
    const killed: Condition = { fired: { fault: 'worker-killed' } };
    expect(after(killed, (b) => void b.fired('worker-killed', 'allocation-worker'))).toBe(true);
    expect(after(killed, (b) => void b.fired('worker-paused', 'allocation-worker'))).toBe(false);
  });
});

suite('what has lasted', () => {
  const open: Condition = { lasted: { what: { callOpen: {} }, ms: 500 } };
  const later = (b: Build, ms: number): void => {
    const at = (b.events.at(-1)?.at ?? 0) + ms;
    b.add({ kind: 'trial.elapsed', source: 'trial', description: 'a call is open', ms });
    b.events.push({ ...b.events.pop()!, at });
  };

  test('holds once it has been the case for so long', () => {
    expect(after(open, (b) => void [b.request(), later(b, 499)])).toBe(false);
    expect(after(open, (b) => void [b.request(), later(b, 500)])).toBe(true);
  });

  test('but not when it holds no more, or when it came in between', () => {
    expect(after(open, (b) => void [b.respond(b.request()), later(b, 500)])).toBe(false);
    const twice: Condition = { lasted: { what: { requested: { atLeast: 2 } }, ms: 500 } };
    expect(after(twice, (b) => void [b.request(), later(b, 400), b.request(), later(b, 400)])).toBe(false);
  });

  test('is found however deep it stands', () => {
    const lasted = { what: { callOpen: {} }, ms: 1 } as const;
    expect(lastingIn({ any: [{ all: [{ not: { lasted } }] }, { always: true }] })).toEqual([lasted]);
    expect(lastingIn({ lasted: { what: { lasted }, ms: 2 } })).toHaveLength(2);
    expect(lastingIn({ requested: {} })).toEqual([]);
  });
});

test('phrases', () => {
  expect(inWords({ lasted: { what: { callOpen: {} }, ms: 500 } })).toBe(
    'an open call to admin-service for every payment, for 500 ms',
  );
  expect(inWords({ any: [{ exited: { ...allocation, by: 'anyone' } }, { fired: { fault: 'worker-killed' } }] })).toBe(
    'allocation-worker to exit or the fault worker-killed to strike',
  );
  expect(inWords({ signalled: { ...allocation, signal: 'SIGTERM' } })).toBe('SIGTERM to be sent to allocation-worker');
  expect(inWords({ running: allocation })).toBe('allocation-worker to run');
  expect(inWords({ decided: allocation })).toBe('allocation-worker to decide on the event of every payment');
  expect(inWords({ connected: { ...allocation, upstream: 'kafka', refused: true, atLeast: 2 } })).toBe(
    '2 refused connections of allocation-worker to kafka',
  );
  expect(
    inWords({ all: [{ deadLettered: { subject: 'ada' } }, { any: [{ always: true }, { not: { requested: {} } }] }] }),
  ).toBe('a dead-letter record of ada and (nothing or not: 1 request to admin-service for every payment)');
});
