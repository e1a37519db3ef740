import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Condition } from '../history/conditions.ts';
import { createAwaitCondition } from './await-condition.ts';
import type { AwaitedCondition } from './await-condition.ts';
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
}

const setUp = ({ mayStillCome = false, starting = [], condition = EMITTED }: Course = {}) => {
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
  void createAwaitCondition({ log, idle, patience, mayStillCome })(condition, 10_000).then((it) => (waited = it));
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
