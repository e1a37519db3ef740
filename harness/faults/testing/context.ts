/** A slot that writes down what faults ask of it, in order, and does nothing. */
import type { Condition } from '../../history/conditions.ts';
import type { WorkerRole } from '../../pipeline/vocabulary.ts';
import type { Ended, FaultContext } from '../types.ts';

export interface ContextDouble {
  readonly context: FaultContext;
  /** What was asked for, in order: 'start allocation-worker', 'fired …' and so on. Waits for the work that is under way. */
  readonly said: string[];
  /** What was said since the last call. */
  news(): readonly string[];
  /** The condition that is waited for comes true. */
  comesTrue(): void;
  /** A call at admin-service meets the behaviour. */
  call(number: number): void;
  /** These backends wait for what is held. */
  waits(backends: readonly number[]): void;
  waitedFor(): Condition | undefined;
}

export interface DoubleOptions {
  /** Workers that run. Default: both. */
  readonly running?: readonly WorkerRole[];
  /** Connections made, and refused, before the fault. */
  readonly attempts?: { readonly all: number; readonly refused: number };
  /** How a process ends that is asked to; with 0 where it does not say. */
  readonly ended?: Partial<Ended>;
  /** Both parts are played by one process. */
  readonly shared?: boolean;
  /** PostgreSQL's processes that serve a worker. Default: 7 and 8. */
  readonly backends?: readonly number[];
  /** Asking for this fails, as 'stop allocation-worker'. */
  readonly failing?: string;
}

export const createContextDouble = (options: DoubleOptions = {}): ContextDouble => {
  const said: string[] = [];
  const running = new Set<WorkerRole>(options.running ?? ['purchase-worker', 'allocation-worker']);
  let waiting: { readonly condition: Condition; readonly callback: () => void } | undefined;
  let onCall: ((call: number) => void) | undefined;
  let told = 0;

  const say = (what: string): void => {
    said.push(what);
    if (what === options.failing) throw new Error(`cannot ${what}`);
  };
  /** Says so at once, and again when it is done: what does not wait for it is seen. */
  const work = async (what: string, effect: () => void = () => {}): Promise<void> => {
    say(what);
    await Promise.resolve();
    effect();
  };
  let starts = 1;
  const started = (role: WorkerRole, words: string): Promise<void> =>
    work(`${words} ${role}`, () => {
      running.add(role);
      starts += 1;
    });
  let waitingBackends: readonly number[] = [];

  return {
    said,
    news: () => {
      const from = told;
      told = said.length;
      return said.slice(from);
    },
    comesTrue: () => {
      const { callback } = waiting ?? {};
      waiting = undefined;
      callback?.();
    },
    call: (number) => onCall?.(number),
    waits: (backends) => void (waitingBackends = backends),
    waitedFor: () => waiting?.condition,
    context: {
      workers: {
        stop: (role) => work(`stop ${role}`, () => void running.delete(role)),
        start: (role, { env, ready = 'own-group' } = {}) =>
          started(role, `start${env === undefined ? '' : ` with ${JSON.stringify(env)}`} until ${ready}`),
        startAgain: (role) => started(role, 'start again'),
        pause: async (role) => say(`pause ${role}`),
        resume: async (role) => say(`resume ${role}`),
        terminate: async (role) => {
          if (!running.has(role)) return undefined;
          await work(`terminate ${role}`, () => void running.delete(role));
          return { code: 0, signal: null, graceMs: 35_000, ...options.ended };
        },
        apart: (roles) => (options.shared === true ? roles.slice(0, 1) : roles),
        isRunning: (role) => running.has(role),
        processOf: (role) => (running.has(role) ? starts : undefined),
        misconfigured: (_, setting) => ({ SETTING: setting }),
      },
      topics: {
        remove: (topic) => work(`remove ${topic}`),
        create: (topic) => work(`create ${topic}`),
        consumersOf: (topic) => (topic === 'purchase-created' ? ['allocation-worker'] : []),
        commitBeginning: (role) => work(`commit 0 for ${role}`),
      },
      api: {
        behave: (subject, settings, onFired) => {
          say(`behave to ${subject}: ${JSON.stringify(settings)}`);
          onCall = onFired;
          return { heal: () => say(`behave to ${subject} again`) };
        },
      },
      wires: {
        withhold: (role, upstream) => work(`withhold ${role} ${upstream}`),
        cut: (role, upstream) => work(`cut ${role} ${upstream}`),
        attempts: (_role, _upstream, which = 'all') => (options.attempts ?? { all: 0, refused: 0 })[which],
        backends: () => options.backends ?? [7, 8],
        away: (role, upstream) => work(`away ${role} ${upstream}`),
        restore: (role, upstream) => work(`restore ${role} ${upstream}`),
      },
      holdWrites: async (table) => {
        say(`hold ${table}`);
        return {
          waiting: async () => waitingBackends,
          end: async (backends) => say(`end ${backends.join()}`),
          release: async () => say(`let go of ${table}`),
        };
      },
      markGuard: async (subject, event, writer) => {
        await work(`mark ${event} of ${subject} as ${writer}`);
        return { remove: () => work(`take the mark of ${event} of ${subject} away as ${writer}`) };
      },
      when: (condition, then) => {
        waiting = { condition, callback: then };
        return () => {
          say('stop waiting');
          waiting = undefined;
        };
      },
      fired: (detail) => say(`fired: ${detail}`),
      failed: (error) => say(`failed: ${(error as Error).message}`),
    },
  };
};
