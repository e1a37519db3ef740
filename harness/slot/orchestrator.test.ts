import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WorkerRole } from '../pipeline/testing.ts';
import { openOrchestrator } from './orchestrator.ts';
import type { OrchestratorOptions } from './orchestrator.ts';
import type { StartOptions, StopOptions } from './worker-controls.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** Workers whose starts end as the test tells them. */
const setUp = ({
  exited = [] as WorkerRole[],
  leaveGroup = true,
  gone = Promise.resolve(),
  ...more
}: {
  exited?: WorkerRole[];
  leaveGroup?: boolean;
  gone?: Promise<void>;
} & Pick<OrchestratorOptions, 'wants' | 'ready'> = {}) => {
  const dead = new Set<WorkerRole>(exited);
  const said: string[] = [];
  const starts: { readonly ready: () => void; readonly fail: (error: Error) => void }[] = [];
  const listeners = new Set<(role: WorkerRole) => void>();
  const problems: unknown[] = [];
  const workers = {
    roles: ['purchase-worker', 'allocation-worker'] as const,
    stop: async (role: WorkerRole, options?: StopOptions) => {
      said.push(`stop ${role}${options?.leaveGroup === false ? ', keeping its place' : ''}`);
      // A process that is being started dies of it.
      starts.at(-1)?.fail(new Error('killed'));
      await gone;
    },
    start: (role: WorkerRole, options?: StartOptions) => {
      said.push(`start ${role}${options?.ready === undefined ? '' : ` until ${options.ready}`}`);
      dead.delete(role);
      return new Promise<void>((resolve, reject) => starts.push({ ready: resolve, fail: reject }));
    },
    exitedByItself: (role: WorkerRole) => dead.has(role),
    onExit: (listener: (role: WorkerRole) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const exit = (role: WorkerRole): void => {
    dead.add(role);
    for (const listener of [...listeners]) listener(role);
  };
  const orchestrator = openOrchestrator(workers, {
    leaveGroup,
    ...more,
    onError: (error) => void problems.push(error),
  });
  return { orchestrator, said, starts, exit, problems, listeners, dead };
};

/** What the promise has come to: true when it has resolved. */
const isDone = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false;
  void promise.then(() => (done = true));
  await pass(0);
  return done;
};

test('nobody is restarted who runs', async () => {
  const { orchestrator, said } = setUp();
  await orchestrator.firstAttempts();
  await orchestrator.stop();
  expect(said).toEqual([]);
});

test('who has exited is restarted, and the first attempt is waited for', async () => {
  const { orchestrator, said, starts } = setUp({ exited: ['allocation-worker'] });
  const first = orchestrator.firstAttempts();
  expect(await isDone(first)).toBe(false);
  expect(said).toEqual(['stop allocation-worker', 'start allocation-worker']);
  starts[0]?.ready();
  expect(await isDone(first)).toBe(true);
});

test('who exits later is restarted too, again and again', async () => {
  const { said, starts, exit } = setUp();
  for (const i of [0, 1, 2]) {
    exit('purchase-worker');
    await pass(0);
    starts[i]?.ready();
    await pass(0);
  }
  expect(said.filter((what) => what === 'start purchase-worker')).toHaveLength(3);
});

test('one that dies before it is ready is tried again, more and more slowly, and is no problem of the harness', async () => {
  const { orchestrator, said, starts, exit, problems } = setUp();
  exit('purchase-worker');
  const first = orchestrator.firstAttempts();
  const times: number[] = [];
  for (let ms = 0; ms <= 8_000; ms += 50) {
    await pass(ms === 0 ? 0 : 50);
    while (times.length < starts.length) {
      times.push(ms);
      exit('purchase-worker');
      starts.at(-1)?.fail(new Error('exited before it was ready'));
    }
  }
  expect(await isDone(first)).toBe(true);
  expect(times).toEqual([0, 50, 150, 350, 750, 1550, 3150, 5150, 7150]);
  expect(problems).toEqual([]);
  expect(said.filter((what) => what.startsWith('start'))).toHaveLength(9);
  await orchestrator.stop();
});

test('what is not the worker’s own doing is a problem, and is not tried again', async () => {
  const { orchestrator, starts, exit, problems } = setUp();
  exit('purchase-worker');
  await pass(0);
  starts[0]?.fail(new Error('the broker does not answer'));
  await orchestrator.firstAttempts();
  await pass(60_000);
  expect(problems).toEqual([new Error('the broker does not answer')]);
  expect(starts).toHaveLength(1);
});

test('stopping ends a pause at once and starts nobody any more', async () => {
  const { orchestrator, starts, exit, listeners } = setUp();
  exit('purchase-worker');
  await pass(0);
  exit('purchase-worker');
  starts[0]?.fail(new Error('exited'));
  await pass(0);
  expect(await isDone(orchestrator.stop())).toBe(true);
  expect(listeners.size).toBe(0);
  exit('purchase-worker');
  await pass(60_000);
  expect(starts).toHaveLength(1);
});

test('stopping kills who was just being started, waits for that, and makes it no problem', async () => {
  const { orchestrator, said, exit, problems } = setUp();
  exit('purchase-worker');
  await pass(0);
  expect(await isDone(orchestrator.stop())).toBe(true);
  expect(said).toEqual(['stop purchase-worker', 'start purchase-worker', 'stop purchase-worker']);
  expect(problems).toEqual([]);
});

test('where dead members keep their places, nobody is waited for to get ready', async () => {
  const { said } = setUp({ exited: ['purchase-worker'], leaveGroup: false });
  await pass(0);
  expect(said).toEqual(['stop purchase-worker, keeping its place', 'start purchase-worker until none']);
});

test('stopped before the old process is gone, it waits for that and starts no new one', async () => {
  let itIsGone = (): void => {};
  const { orchestrator, said, exit } = setUp({ gone: new Promise((resolve) => (itIsGone = resolve)) });
  exit('purchase-worker');
  const stopped = orchestrator.stop();
  expect(await isDone(stopped)).toBe(false);
  itIsGone();
  expect(await isDone(stopped)).toBe(true);
  expect(said).toEqual(['stop purchase-worker']);
});

test('one that dies in the moment it became ready is brought back as well', async () => {
  const { starts, exit } = setUp();
  exit('purchase-worker');
  await pass(0);
  starts[0]?.ready();
  // Its return is not over yet, so nobody begins another one for this exit.
  exit('purchase-worker');
  await pass(0);
  expect(starts).toHaveLength(2);
});

test('while a fault lasts: who had exited before is left, and nobody is waited for to get ready', async () => {
  const { said, exit, starts } = setUp({ exited: ['allocation-worker'], wants: () => true, ready: 'none' });
  await pass(0);
  expect(said).toEqual([]);
  exit('purchase-worker');
  await pass(0);
  starts[0]?.ready();
  await pass(0);
  expect(said).toEqual(['stop purchase-worker', 'start purchase-worker until none']);
});

test('while a fault lasts, one that exits again and again is started more and more slowly', async () => {
  const { exit, starts } = setUp({ wants: () => true, ready: 'none' });
  const times: number[] = [];
  exit('purchase-worker');
  for (let ms = 0; ms <= 1_000; ms += 50) {
    await pass(ms === 0 ? 0 : 50);
    while (times.length < starts.length) {
      times.push(ms);
      starts.at(-1)?.ready();
      await pass(0);
      exit('purchase-worker');
    }
  }
  expect(times).toEqual([0, 50, 150, 350, 750]);
});

test('handing over leaves who was started as they are, and starts nobody any more', async () => {
  const { orchestrator, said, exit, starts, listeners } = setUp({ wants: () => true, ready: 'none' });
  exit('purchase-worker');
  await pass(0);
  const over = orchestrator.handOver();
  expect(await isDone(over)).toBe(false);
  starts[0]?.ready();
  expect(await isDone(over)).toBe(true);
  expect(said).toEqual(['stop purchase-worker', 'start purchase-worker until none']);
  expect(listeners.size).toBe(0);
});

test('one that somebody else has started meanwhile is not started twice', async () => {
  let itIsGone = (): void => {};
  const { said, exit, dead } = setUp({ gone: new Promise((resolve) => (itIsGone = resolve)) });
  exit('purchase-worker');
  await pass(0);
  dead.delete('purchase-worker');
  itIsGone();
  await pass(60_000);
  expect(said).toEqual(['stop purchase-worker']);
});
