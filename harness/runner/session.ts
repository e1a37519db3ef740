/** One run of planned trials in the main thread: which may still start, which one runs, what came of each. */
import type { TrialHost, TrialResult } from '../trial/types.ts';
import type { TrialDesk, TrialReply, TrialTask } from './channel.ts';
import { locateScenario } from './locate.ts';
import type { PlannedTrial } from './plan.ts';

export interface SessionOptions {
  readonly plan: readonly PlannedTrial[];
  /** The host may still be starting: trials wait for it. */
  readonly host: Promise<Pick<TrialHost, 'run'>>;
  /** Stop after the first trial that did not pass. */
  readonly bail: boolean;
  readonly onStart: (trial: PlannedTrial) => void;
  readonly onResult: (trial: PlannedTrial, result: TrialResult) => void;
  /** A trial ended without a verdict; the run ends with it. */
  readonly onError: (trial: PlannedTrial, error: unknown) => void;
  /** What vitest's reporters show for a trial that did not pass. */
  readonly describe: (trial: PlannedTrial, result: TrialResult) => string;
}

export interface Session {
  readonly desk: TrialDesk;
  /** No further trial starts; the one that runs is finished. The first reason given stays. */
  stop(reason: string): void;
  /** Why no further trial starts; undefined while they do. */
  readonly stopped: string | undefined;
  /** The trial that runs now. */
  readonly running: PlannedTrial | undefined;
  /** What made a verdict impossible, and so ended the run. */
  readonly fatal: { readonly error: unknown } | undefined;
  /** Ids of the trials that have a result. */
  readonly finished: ReadonlySet<number>;
}

const metaOf = (result: TrialResult): Extract<TrialReply, { kind: 'judged' }>['meta'] => ({
  verdict: result.verdict.outcome,
  seed: result.seed,
  workers: result.workers,
  runDir: result.runDir,
  causes: result.verdict.during.causes.map((cause) => cause.id),
  violated: result.verdict.invariants.flatMap((invariant) => (invariant.verdict === 'violated' ? [invariant.id] : [])),
  unknown: result.verdict.unknown,
});

export const createSession = (options: SessionOptions): Session => {
  let stopped: string | undefined;
  let running: PlannedTrial | undefined;
  let fatal: { readonly error: unknown } | undefined;
  const finished = new Set<number>();

  let wakeStopped: () => void = () => undefined;
  const stopping = new Promise<undefined>((resolve) => {
    wakeStopped = () => resolve(undefined);
  });
  const stop = (reason: string): void => {
    stopped ??= reason;
    wakeStopped();
  };

  const judge = async (trial: PlannedTrial): Promise<TrialReply> => {
    // The host may take a while to start, and somebody may press Ctrl-C meanwhile.
    const host = await Promise.race([options.host, stopping]);
    if (host === undefined || stopped !== undefined) return { kind: 'skipped', reason: stopped ?? 'stopped' };
    running = trial;
    options.onStart(trial);
    const result = await host.run({ scenario: trial.scenario, seed: trial.seed });
    running = undefined;
    finished.add(trial.id);
    options.onResult(trial, result);
    const passed = result.verdict.outcome === 'passed';
    if (!passed && options.bail) stop(`stopped after ${trial.label} (--bail)`);
    return { kind: 'judged', meta: metaOf(result), message: passed ? '' : options.describe(trial, result) };
  };

  const run = async (id: number): Promise<TrialReply> => {
    const trial = options.plan[id];
    if (trial === undefined) throw new Error(`no trial ${id} in a plan of ${options.plan.length}`);
    if (stopped !== undefined) return { kind: 'skipped', reason: stopped };
    try {
      return await judge(trial);
    } catch (error) {
      if (running !== undefined) options.onError(running, error);
      running = undefined;
      fatal ??= { error };
      stop('the run ended with an error');
      return { kind: 'skipped', reason: 'the run ended with an error' };
    }
  };

  const tasksOf = async (file: string): Promise<readonly TrialTask[]> => {
    const own = options.plan.filter((trial) => trial.file === file);
    return own.map((trial) => ({ id: trial.id, name: trial.label, ...locateScenario(file, trial.scenario.name) }));
  };

  return {
    desk: { tasksOf, run },
    stop,
    get stopped() {
      return stopped;
    },
    get running() {
      return running;
    },
    get fatal() {
      return fatal;
    },
    finished,
  };
};
