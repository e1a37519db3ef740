/** What restarts workers that exited by themselves, as an orchestrator would. */
import { within } from '../base/waiting.ts';
import type { WorkerRole } from '../pipeline/vocabulary.ts';
import type { Exit } from '../workers/worker.ts';
import type { StartOptions, WorkerControls } from './worker-controls.ts';

export interface Orchestrator {
  /** Resolves once the first attempt at every worker that is being brought back is done. */
  firstAttempts(): Promise<void>;
  /** Restarts nobody any more and leaves who was started as they are; resolves when nothing is under way. */
  handOver(): Promise<void>;
  /** Restarts nobody any more; resolves when nothing is under way. A worker that was just being started is killed. */
  stop(): Promise<void>;
}

export interface OrchestratorOptions {
  /** False: a dead member keeps its place. */
  readonly leaveGroup: boolean;
  /** Which exits it answers to. Default: every one, also those of before it was opened. */
  readonly wants?: (worker: WorkerRole, exit: Exit) => boolean;
  /** What a worker that is brought back is waited for. Default: what start waits for; nothing when members keep their places. */
  readonly ready?: StartOptions['ready'];
  /** Hears of problems that are not the worker's own. */
  readonly onError: (error: unknown) => void;
}

/** A crash loop is slowed down: first at once, then doubling up to this, until it has stayed up for a while. */
const BACKOFF_MAX_MS = 2_000;
const BACKOFF_FIRST_MS = 50;
const STAYED_UP_MS = 10_000;

interface Return {
  /** The first attempt is done, however it ended. */
  readonly first: Promise<void>;
  /** Nobody tries any more. */
  readonly done: Promise<void>;
}

/** Brings back every worker that has exited by itself, and from now on every one that does. */
export const openOrchestrator = (
  workers: Pick<WorkerControls, 'roles' | 'start' | 'stop' | 'exitedByItself' | 'onExit'>,
  options: OrchestratorOptions,
): Orchestrator => {
  const { leaveGroup, onError } = options;
  const startOptions: StartOptions =
    options.ready === undefined ? (leaveGroup ? {} : { ready: 'none' }) : { ready: options.ready };
  const returning = new Map<WorkerRole, Return>();
  const starting = new Set<WorkerRole>();
  /** When a worker was brought back last, and how long it had to wait for that. */
  const returned = new Map<WorkerRole, { readonly at: number; readonly backoff: number }>();
  /** Who exited while being brought back. */
  const heard = new Set<WorkerRole>();
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
    // Somebody may have started it himself meanwhile.
    if (ended || !workers.exitedByItself(role)) return !ended;
    starting.add(role);
    try {
      // Until a silent member's session ends nobody gets ready: that is the scenario, and settling waits for it.
      await workers.start(role, startOptions);
      return true;
    } catch (error) {
      if (ended || workers.exitedByItself(role)) return false;
      throw error;
    } finally {
      starting.delete(role);
    }
  };

  const pause = (ms: number): Promise<void> => within(ms, stopped);

  const bringBack = async (role: WorkerRole, firstDone: () => void): Promise<void> => {
    const { at = -Infinity, backoff: last = 0 } = returned.get(role) ?? {};
    let backoff = performance.now() - at > STAYED_UP_MS ? 0 : last;
    try {
      while (!ended) {
        if (backoff > 0) await pause(backoff);
        heard.delete(role);
        const back = ended ? false : await attempt(role);
        firstDone();
        backoff = Math.min(BACKOFF_MAX_MS, Math.max(BACKOFF_FIRST_MS, backoff * 2));
        // One that was seen to get ready is none that loops.
        if (back && startOptions.ready !== 'none') returned.delete(role);
        else returned.set(role, { at: performance.now(), backoff });
        if (back) return;
      }
    } finally {
      firstDone();
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
        if (heard.delete(role) && workers.exitedByItself(role)) ensureBack(role);
      });
    returning.set(role, { first, done });
  };

  const hear = (role: WorkerRole): void => {
    if (returning.has(role)) heard.add(role);
    else ensureBack(role);
  };

  const ignoreExits = workers.onExit(hear, options.wants);
  if (options.wants === undefined) for (const role of workers.roles) if (workers.exitedByItself(role)) ensureBack(role);

  const handOver = async (): Promise<void> => {
    ignoreExits();
    end();
    await Promise.all([...returning.values()].map(({ done }) => done));
  };

  return {
    firstAttempts: async () => {
      await Promise.all([...returning.values()].map(({ first }) => first));
    },
    handOver,
    stop: async () => {
      const over = handOver();
      await Promise.all([...starting].map((role) => workers.stop(role, { leaveGroup })));
      await over;
    },
  };
};
