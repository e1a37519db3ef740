/** Runs planned trials under vitest: environment and vitest start together, results go to the reporters as they come. */
import type { Writable } from 'node:stream';
import { within } from '../base/waiting.ts';
import type { Config, WaitingOptions, WorkerSet } from '../config/types.ts';
import type { EnvironmentChoice } from '../environment/start.ts';
import { summarizeFailure } from '../reporters/failure.ts';
import { excuseOf } from '../reporters/known-text.ts';
import type { NotApplicable, Reporter } from '../reporters/types.ts';
import { withEarlier } from '../runner/attempts.ts';
import type { PlannedTrial } from '../runner/plan.ts';
import { prepareVitest } from '../runner/run-vitest.ts';
import type { VitestReporter } from '../runner/run-vitest.ts';
import { createSession } from '../runner/session.ts';
import type { Session } from '../runner/session.ts';
import type { HostOptions, TrialHost } from '../trial/types.ts';
import type { TrialResult } from '../verdict/result.ts';
import type { Premises } from '../verdict/premises.ts';
import { unjudgedResult } from './interrupted-row.ts';
import { createLedger } from './ledger.ts';
import { onStopSignals } from './signals.ts';
import { reportResults } from './report-results.ts';
import type { SignalSource } from './signals.ts';

export interface TrialsRun {
  readonly config: Config;
  readonly workers: WorkerSet;
  readonly environment: EnvironmentChoice;
  readonly seed: number;
  readonly plan: readonly PlannedTrial[];
  readonly notApplicable: readonly NotApplicable[];
  readonly fresh: boolean;
  readonly waiting: WaitingOptions;
  readonly bail: boolean;
  /** Absolute. */
  readonly outDir: string;
  readonly reporter: Required<Reporter>;
  readonly vitestReporters: readonly VitestReporter[];
  readonly premises: Premises;
  readonly replayOf: (result: TrialResult) => string;
  /** ms since the command began. */
  readonly sinceStart: () => number;
}

export interface RunContext {
  readonly io: {
    readonly stdout: Writable;
    readonly stderr: Writable;
    readonly env: Readonly<Record<string, string | undefined>>;
  };
  readonly parts: { openHost(options: HostOptions): Promise<TrialHost> };
  readonly signals: SignalSource;
  readonly progress: (line: string) => void;
  /** What the trial that runs waits for. */
  readonly waitsFor: (what: string) => void;
  /** Ends the process at once: for the second Ctrl-C. */
  readonly exitNow: () => void;
  /** Hears of an error that keeps nothing from going on. */
  readonly complain: (error: unknown) => void;
}

export interface RunOutcome {
  readonly results: readonly TrialResult[];
  readonly interrupted: boolean;
  /** What kept the run from going on. */
  readonly fatal: { readonly error: unknown } | undefined;
}

/** An environment that is still starting when somebody presses Ctrl-C gets so long to answer, ms; then it dies with us. */
const ABANDON_AFTER_MS = 5000;

/** Closes a host that may still be starting; one that never started has cleaned up after itself. */
const closeHost = async (opening: Promise<TrialHost>, mayAbandon: boolean): Promise<void> => {
  const closed = opening.then(
    (host) => host.close(),
    () => undefined,
  );
  return mayAbandon ? within(ABANDON_AFTER_MS, closed) : closed;
};

const stopMessage = (signal: string, session: Session): string => {
  const running = session.running;
  const what = running === undefined ? 'stopping' : `finishing ${running.label}, then stopping`;
  return `${signal}: ${what}; once more stops at once`;
};

/** An empty shard: nothing is started, and it is said so. */
const runNothing = async (run: TrialsRun, { io }: RunContext): Promise<RunOutcome> => {
  if (run.vitestReporters.length > 0)
    await reportResults({
      results: [],
      fileOf: () => '',
      reporters: run.vitestReporters,
      stdout: io.stdout,
      stderr: io.stderr,
      describe: () => '',
      excuse: () => undefined,
    });
  createLedger(run).end({ notApplicable: run.notApplicable, notRun: 0, stopped: undefined });
  return { results: [], interrupted: false, fatal: undefined };
};

/** Runs all of it. Throws only for bugs. */
export const runTrials = async (run: TrialsRun, context: RunContext): Promise<RunOutcome> => {
  const { io, parts, progress } = context;
  const { reporter } = run;
  const ledger = createLedger(run);
  let host: TrialHost | undefined;
  let interrupted = false;
  let trialBegan = 0;

  const unjudged = (trial: PlannedTrial, reason: string, earlier: readonly TrialResult[]): TrialResult => {
    const ranForMs = performance.now() - trialBegan;
    const ran = { workers: run.workers.name, outDir: run.outDir, ranForMs };
    return withEarlier(unjudgedResult(trial, reason, ran), earlier);
  };
  const end = (stopped: string | undefined): void =>
    ledger.end({
      notApplicable: run.notApplicable,
      notRun: run.plan.length - ledger.results.length,
      stopped,
    });

  reporter.onStart({
    workers: run.workers,
    seed: run.seed,
    trials: run.plan.length,
    notApplicable: run.notApplicable,
  });
  if (run.plan.length === 0) return runNothing(run, context);
  // Before anything is started: until somebody listens, a signal ends the process where it stands.
  const stopListening = onStopSignals(
    context.signals,
    (signal) => {
      interrupted = true;
      session.stop(`interrupted by ${signal}`);
      progress(stopMessage(signal, session));
    },
    (signal) => {
      const { running } = session;
      // One that was being run again has its result.
      if (running !== undefined && !session.finished.has(running.id))
        ledger.add(running, unjudged(running, `killed by ${signal} before it was judged`, session.earlier));
      end(`killed by ${signal}`);
      host?.kill();
      context.exitNow();
    },
  );
  const opening = parts
    .openHost({
      config: run.config,
      workers: run.workers,
      environment: run.environment,
      fresh: run.fresh,
      ...run.waiting,
      outDir: run.outDir,
      progress,
      waitsFor: context.waitsFor,
      onRevised: (result) => {
        ledger.revise(result);
        session.revised(result);
      },
      env: io.env,
    })
    .then((opened) => {
      host = opened;
      reporter.onEnvironment(opened.environment);
      return opened;
    });

  // The session hears of a failure when the first trial asks; until then it must not count as unhandled.
  opening.catch(() => undefined);

  const session = createSession({
    plan: run.plan,
    host: opening,
    bail: run.bail,
    onStart: (trial) => {
      trialBegan = performance.now();
      reporter.onTrial(trial.label);
    },
    onAgain: ledger.again,
    onResult: ledger.add,
    onReplaced: ledger.revise,
    onError: (trial, error, earlier) =>
      ledger.addLast(trial, unjudged(trial, error instanceof Error ? error.message : String(error), earlier)),
    describe: (result) => summarizeFailure(result, run.replayOf(result)),
    excuse: (result) => excuseOf(result, run.premises),
  });
  try {
    const vitest = await prepareVitest({
      files: [...new Set(run.plan.map((trial) => trial.file))],
      reporters: run.vitestReporters,
      stdout: io.stdout,
      stderr: io.stderr,
    });
    const problems = await vitest.start(session.desk);
    await vitest.close();
    await session.finish();
    if (problems.length > 0)
      throw new Error('vitest reported an error that belongs to no trial', { cause: problems[0] });
    if (session.stopped === undefined && session.finished.size < run.plan.length)
      throw new Error(`vitest ran ${session.finished.size} of ${run.plan.length} trials and gave no reason`);
  } finally {
    await closeHost(opening, interrupted && host === undefined).catch(context.complain);
    stopListening();
  }
  end(session.stopped);
  return { results: ledger.results, interrupted, fatal: session.fatal };
};
