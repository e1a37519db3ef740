import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Condition } from '../history/conditions.ts';
import { createAwaitCondition } from './await-condition.ts';
import type { AwaitedCondition } from './await-condition.ts';
import type { NewEvent } from '../history/events.ts';
import { createIdle } from './idle.ts';
import { createPatience } from './patience.ts';
import { createdRecord, openTestLog } from './testing/log.ts';

const QUIET_MS = 20;
const PATIENCE_MS = 500;
const EMITTED: Condition = { emitted: { event: 'PURCHASE_CREATED' } };

beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] }),
);
afterEach(() => void vi.useRealTimers());

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

interface Course {
  readonly mayStillCome?: boolean;
  readonly starting?: readonly string[];
  readonly condition?: Condition;
  /** It is proven that nobody will do what is left. */
  readonly proven?: boolean;
}

const PROOF: NewEvent<'trial.ended-early'> = {
  kind: 'trial.ended-early',
  source: 'trial',
  proof: 'standstill',
  description: 'nobody reads it',
  evidence: [],
};

const setUp = ({ mayStillCome = false, starting = [], condition = EMITTED, proven = false }: Course = {}) => {
  const log = openTestLog();
  const barrier = async (): Promise<boolean> => {
    log.record({ kind: 'trial.barrier', source: 'trial', passed: true, missing: [], tookMs: 0 });
    return true;
  };
  const idle = createIdle({
    log,
    barrier,
    quietMs: QUIET_MS,
    openCalls: () => 0,
    openTransactions: async () => [],
    pendingRows: async () => [],
    starting: () => starting,
    freeSuperseded: async () => undefined,
  });
  const ownRows = async () => [];
  const patience = createPatience({
    log,
    barrier,
    ownRows,
    isOpen: async () => false,
    ms: PATIENCE_MS,
    upstreamWasAway: false,
  });
  let waited: AwaitedCondition | undefined;
  const proveEnd = () => async () => (proven ? PROOF : undefined);
  const awaitCondition = createAwaitCondition({ log, idle, patience, mayStillCome, proveEnd });
  void awaitCondition(condition, 10_000).then((it) => (waited = it));
  const patient = () => log.events.filter((event) => event.kind === 'trial.patience').length;
  return { ...log, waited: () => waited, patient };
};

test('a condition that comes to hold ends the waiting at once, and no patience is recorded after it', async () => {
  const { record, waited, patient, events } = setUp();
  await pass(QUIET_MS + 100);
  const seq = record(createdRecord());
  await pass(1);
  expect(waited()).toMatchObject({ met: true, seq, hopeless: false });
  const before = events.length;
  await pass(20_000);
  expect([patient(), events.length]).toEqual([0, before]);
});

test('when the pipeline is idle and patience is over, nothing more can come', async () => {
  const { waited, patient } = setUp();
  await pass(QUIET_MS + PATIENCE_MS - 1);
  expect(waited()).toBeUndefined();
  await pass(1);
  expect(waited()).toMatchObject({ met: false, hopeless: true });
  expect(patient()).toBe(1);
});

test('what is held back may still come: patience is recorded, and the waiting goes on to its deadline', async () => {
  const { waited, patient } = setUp({ mayStillCome: true });
  await pass(9_999);
  expect([waited(), patient()]).toEqual([undefined, 1]);
  await pass(1);
  expect(waited()).toMatchObject({ met: false, hopeless: false, waitedMs: 10_000 });
});

test.each<Condition>([
  { exited: { worker: 'allocation-worker' } },
  { any: [EMITTED, { not: { connected: { worker: 'allocation-worker', upstream: 'kafka' } } }] },
])('what a worker does by itself may come however idle the pipeline is: %j', async (inner) => {
  const condition: Condition = { all: [EMITTED, inner] };
  const { waited, patient } = setUp({ condition });
  await pass(9_999);
  expect([waited(), patient()]).toEqual([undefined, 1]);
});

test('a worker that still starts keeps it from being idle', async () => {
  const { waited, patient } = setUp({ starting: ['allocation-worker'] });
  await pass(9_000);
  expect([waited(), patient()]).toEqual([undefined, 0]);
});

test('while there is work, it is waited for, unless it is proven that nobody will do it: the proof is on record', async () => {
  const starting = ['allocation-worker'];
  const proofs = ({ events }: Pick<ReturnType<typeof setUp>, 'events'>): number =>
    events.filter(({ kind }) => kind === 'trial.ended-early').length;
  const open = setUp({ starting });
  const ended = setUp({ starting, proven: true });
  await pass(1_000);
  expect([open.waited(), proofs(open)]).toEqual([undefined, 0]);
  expect([ended.waited(), proofs(ended)]).toEqual([expect.objectContaining({ met: false, hopeless: true }), 1]);
});

test.each<Course>([{ mayStillCome: true }, { condition: { exited: { worker: 'allocation-worker' } } }])(
  'no proof ends the waiting for what may come however little is done: %j',
  async (course) => {
    const { waited, events } = setUp({ starting: ['allocation-worker'], proven: true, ...course });
    await pass(9_900);
    expect([waited(), events.some(({ kind }) => kind === 'trial.ended-early')]).toEqual([undefined, false]);
  },
);
