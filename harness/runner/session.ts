/** One run of planned trials in the main thread: which may still start, which one runs, what came of each. */
import type { TrialHost } from '../trial/types.ts';
import type { TrialResult } from '../verdict/result.ts';
import { attemptsOf, isToBeRunAgain, judgedReply, withEarlier } from './attempts.ts';
import type { TrialDesk, TrialReply, TrialTask } from './channel.ts';
import { locateScenario } from './locate.ts';
import type { PlannedTrial } from './plan.ts';

export interface SessionOptions {
  readonly plan: readonly PlannedTrial[];
  /** The host may still be starting: trials wait for it. */
  readonly host: Promise<Pick<TrialHost, 'run'>>;
  /** Stop after the first trial that did not pass, unless that is nothing new. */
  readonly bail: boolean;
  readonly onStart: (trial: PlannedTrial) => void;
  /** This attempt was unknown: the trial is run once more with the same seed. */
  readonly onAgain: (trial: PlannedTrial, result: TrialResult) => void;
  /** The trial's last word; earlier attempts are in it. */
  readonly onResult: (trial: PlannedTrial, result: TrialResult) => void;
  /** A result told before became unknown afterwards; this is what running the trial once more gave. */
  readonly onReplaced: (result: TrialResult) => void;
  /** A trial ended without a verdict; the run ends with it. */
  readonly onError: (trial: PlannedTrial, error: unknown, earlier: readonly TrialResult[]) => void;
  /** What vitest's reporters show for a trial that did not pass. */
  readonly describe: (result: TrialResult) => string;
  /** Why a trial that failed is nothing new; undefined when it is. */
  readonly excuse: (result: TrialResult) => string | undefined;
}

export interface Session {
  readonly desk: TrialDesk;
  /** The host says that a result it gave has changed. Only one that had passed is run again. */
  revised(result: TrialResult): void;
  /** Runs again what was revised after the last trial began. Never throws: what went wrong is `fatal`. */
  finish(): Promise<void>;
  /** No further trial starts; the one that runs is finished. The first reason given stays. */
  stop(reason: string): void;
  /** Why no further trial starts; undefined while they do. */
  readonly stopped: string | undefined;
  /** The trial that runs now. */
  readonly running: PlannedTrial | undefined;
  /** The unknown attempts of the trial that runs now, oldest first; empty when this is its first. */
  readonly earlier: readonly TrialResult[];
  /** What made a verdict impossible, and so ended the run. */
  readonly fatal: { readonly error: unknown } | undefined;
  /** Ids of the trials that have a result. */
  readonly finished: ReadonlySet<number>;
}

export const createSession = (options: SessionOptions): Session => {
  let stopped: string | undefined;
  let running: PlannedTrial | undefined;
  let earlier: readonly TrialResult[] = [];
  let fatal: { readonly error: unknown } | undefined;
  const finished = new Set<number>();
  /** Results that passed at the first attempt, by run folder. */
  const passedAtOnce = new Map<string, PlannedTrial>();
  const toRunAgain: (readonly [trial: PlannedTrial, revised: TrialResult])[] = [];

  let wakeStopped: () => void = () => undefined;
  const stopping = new Promise<undefined>((resolve) => {
    wakeStopped = () => resolve(undefined);
  });
  const stop = (reason: string): void => {
    stopped ??= reason;
    wakeStopped();
  };

  /** Runs the trial until it is known or was tried often enough. What has failed is never run again. */
  const attempt = async (
    host: Pick<TrialHost, 'run'>,
    trial: PlannedTrial,
    before: readonly TrialResult[],
  ): Promise<TrialResult> => {
    running = trial;
    earlier = before;
    options.onStart(trial);
    const last = await host.run({ scenario: trial.scenario, seed: trial.seed });
    const result = withEarlier(last, earlier);
    if (stopped === undefined && isToBeRunAgain(attemptsOf(result))) {
      options.onAgain(trial, last);
      return attempt(host, trial, [...before, last]);
    }
    running = undefined;
    earlier = [];
    const isRed = last.verdict.outcome !== 'passed' && options.excuse(last) === undefined;
    if (isRed && options.bail) stop(`stopped after ${trial.label} (--bail)`);
    return result;
  };

  const runRevisedAgain = async (host: Pick<TrialHost, 'run'>): Promise<void> => {
    for (let next = toRunAgain.shift(); next !== undefined && stopped === undefined; next = toRunAgain.shift())
      options.onReplaced(await attempt(host, next[0], [next[1]]));
  };

  const judge = async (trial: PlannedTrial): Promise<TrialReply> => {
    // The host may take a while to start, and somebody may press Ctrl-C meanwhile.
    const host = await Promise.race([options.host, stopping]);
    if (host !== undefined) await runRevisedAgain(host);
    if (host === undefined || stopped !== undefined) return { kind: 'skipped', reason: stopped ?? 'stopped' };
    const result = await attempt(host, trial, []);
    const passed = result.verdict.outcome === 'passed';
    finished.add(trial.id);
    if (passed && result.earlier === undefined) passedAtOnce.set(result.runDir, trial);
    options.onResult(trial, result);
    return judgedReply(result, passed ? '' : options.describe(result), options.excuse(result));
  };

  const broken = (error: unknown): void => {
    // One that has a result keeps it.
    if (running !== undefined && !finished.has(running.id)) options.onError(running, error, earlier);
    running = undefined;
    earlier = [];
    fatal ??= { error };
    stop('the run ended with an error');
  };

  const run = async (id: number): Promise<TrialReply> => {
    const trial = options.plan[id];
    if (trial === undefined) throw new Error(`no trial ${id} in a plan of ${options.plan.length}`);
    if (stopped !== undefined) return { kind: 'skipped', reason: stopped };
    try {
      return await judge(trial);
    } catch (error) {
      broken(error);
      return { kind: 'skipped', reason: 'the run ended with an error' };
    }
  };

  const finish = async (): Promise<void> => {
    if (stopped !== undefined || toRunAgain.length === 0) return;
    try {
      await runRevisedAgain(await options.host);
    } catch (error) {
      broken(error);
    }
  };

  const tasksOf = async (file: string): Promise<readonly TrialTask[]> => {
    const own = options.plan.filter((trial) => trial.file === file);
    return own.map((trial) => ({ id: trial.id, name: trial.label, ...locateScenario(file, trial.scenario.name) }));
  };

  return {
    desk: { tasksOf, run },
    revised: (result) => {
      const trial = passedAtOnce.get(result.runDir);
      if (trial !== undefined && result.verdict.outcome === 'unknown') toRunAgain.push([trial, result]);
      passedAtOnce.delete(result.runDir);
    },
    finish,
    stop,
    get stopped() {
      return stopped;
    },
    get running() {
      return running;
    },
    get earlier() {
      return earlier;
    },
    get fatal() {
      return fatal;
    },
    finished,
  };
};
