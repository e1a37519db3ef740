/** What running a trial takes and gives. */
import type { Config, WaitingOptions, WorkerSet } from '../config/types.ts';
import type { EnvironmentChoice } from '../environment/start.ts';
import type { Environment } from '../environment/types.ts';
import type { Scenario } from '../scenario/types.ts';
import type { RunEnvironment, TrialResult } from '../verdict/result.ts';

export interface TrialRequest {
  readonly scenario: Scenario;
  /** Seed of this trial: every id, name, date and choice comes from it. */
  readonly seed: number;
}

export interface HostOptions extends WaitingOptions {
  readonly config: Config;
  readonly workers: WorkerSet;
  /** Default: auto. */
  readonly environment?: EnvironmentChoice;
  /** One that is up already and serves nobody else; it is not ended with the host. Left out: one is started. */
  readonly within?: Environment;
  /** Renew broker topics, database and workers for every trial. */
  readonly fresh: boolean;
  /** Folder under which run folders are made (absolute). */
  readonly outDir: string;
  /** One line about long work ("starting Kafka ..."). */
  readonly progress: (line: string) => void;
  /** What the trial that runs waits for now, in words; told again and again. */
  readonly waitsFor?: (what: string) => void;
  /** A verdict that was given has become unknown: something about the trial arrived afterwards ("judged too early"). */
  readonly onRevised?: (result: TrialResult) => void;
  /** Environment of the harness, for what is passed through to workers and to set-up. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Owns one environment and one slot and runs trials in it, one after the other. Lives in the main thread. */
export interface TrialHost {
  readonly environment: RunEnvironment;
  /** Runs one trial. Throws FaultlineError only when no verdict is possible (environment gone, worker command missing). */
  run(request: TrialRequest): Promise<TrialResult>;
  /** Ends workers, slot and environment; safe to call twice. A trial that runs is awaited. */
  close(): Promise<void>;
  /** Ends everything at once, synchronously as far as possible: for a second Ctrl-C. */
  kill(): void;
}
