/** What restarts workers that exited by themselves, as an orchestrator would. */
import type { WorkerRole } from '../../pipeline/pipeline.ts';
import type { WorkerControls } from './worker-controls.ts';

export interface Orchestrator {
  /** Resolves once the first attempt at every worker that is being brought back is done. */
  firstAttempts(): Promise<void>;
  /** Restarts nobody any more; resolves when nothing is under way. A worker that was just being started is killed. */
  stop(): Promise<void>;
}

/** A crash loop is slowed down: first at once, then doubling up to this. */
const BACKOFF_MAX_MS = 2_000;
const BACKOFF_FIRST_MS = 50;

interface Return {
  /** The first attempt is done, however it ended. */
  readonly first: Promise<void>;
  /** Nobody tries any more. */
  readonly done: Promise<void>;
}

/**
 * Brings back every worker that has exited by itself, and from now on every one that does.
 * `leaveGroup` false: a dead member keeps its place. `onError` hears of problems that are not the worker's own.
 */
export const openOrchestrator = (
  workers: Pick<WorkerControls, 'roles' | 'start' | 'stop' | 'exitedByItself' | 'onExit'>,
  options: { readonly leaveGroup: boolean; readonly onError: (error: unknown) => void },
): Orchestrator => {
  const { leaveGroup, onError } = options;
  const returning = new Map<WorkerRole, Return>();
  const starting = new Set<WorkerRole>();
  let end = (): void => {};
  let ended = false;
  const stopped = new Promise<void>((resolve) => {
    end = () => {
      ended = true;
      resolve();
    };
  });

  /** True when it is back; false when it died again before it was ready. */
  const attempt = async (role: WorkerRole): Promise<boolean> => {
    await workers.stop(role, { leaveGroup });
    if (ended) return false;
    starting.add(role);
    try {
      // Until a silent member's session ends nobody gets ready: that is the scenario, and settling waits for it.
      await workers.start(role, leaveGroup ? {} : { ready: 'none' });
      return true;
    } catch (error) {
      if (ended || workers.exitedByItself(role)) return false;
      throw error;
    } finally {
      starting.delete(role);
    }
  };

  const pause = async (ms: number): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([stopped, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
    clearTimeout(timer);
  };

  const bringBack = async (role: WorkerRole, firstDone: () => void): Promise<void> => {
    for (let backoff = BACKOFF_FIRST_MS; !ended; backoff = Math.min(BACKOFF_MAX_MS, backoff * 2)) {
      if (await attempt(role).finally(firstDone)) return;
      await pause(backoff);
    }
  };

  const ensureBack = (role: WorkerRole): void => {
    if (ended || returning.has(role)) return;
    let firstDone = (): void => {};
    const first = new Promise<void>((resolve) => (firstDone = resolve));
    const done = bringBack(role, firstDone)
      .catch(onError)
      .finally(() => {
        returning.delete(role);
        // It may have died between the last attempt's end and now.
        if (workers.exitedByItself(role)) ensureBack(role);
      });
    returning.set(role, { first, done });
  };

  const ignoreExits = workers.onExit(ensureBack);
  for (const role of workers.roles) if (workers.exitedByItself(role)) ensureBack(role);

  return {
    firstAttempts: async () => {
      await Promise.all([...returning.values()].map(({ first }) => first));
    },
    stop: async () => {
      ignoreExits();
      end();
      const under = [...returning.values()].map(({ done }) => done);
      await Promise.all([...starting].map((role) => workers.stop(role, { leaveGroup })));
      await Promise.all(under);
    },
  };
};
