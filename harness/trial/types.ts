/** What running a trial takes and gives. */
import type { Config, WorkerSet } from '../config/types.ts';
import type { EnvironmentChoice } from '../environment/start.ts';
import type { Environment } from '../environment/types.ts';
import type { Seal } from '../history/seal.ts';
import type { TrialVerdict } from '../history/verdict.ts';
import type { Scenario } from '../scenario/types.ts';
import type { WaitingOptions } from './waiting.ts';

export interface TrialRequest {
  readonly scenario: Scenario;
  /** Seed of this trial: every id, name, date and choice comes from it. */
  readonly seed: number;
}

export interface Timings {
  readonly prepareMs: number;
  readonly actMs: number;
  readonly settleMs: number;
  readonly judgeMs: number;
  readonly totalMs: number;
}

export interface TrialResult {
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  readonly workers: string;
  readonly verdict: TrialVerdict;
  /** Absolute folder with scenario.json, history.ndjson, verdict.json and the workers' logs. */
  readonly runDir: string;
  readonly timings: Timings;
  /** The history that was judged, as it was then: what is read later is held against it. Absent in what older runs left. */
  readonly sealed?: Seal;
  /** Earlier attempts at the same trial, with the same seed: each was unknown. Absent when this was the first. */
  readonly earlier?: readonly TrialResult[];
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
  readonly environment: {
    readonly mode: string;
    readonly kafka: string;
    readonly postgres: string;
    readonly startedInMs: number;
  };
  /** Runs one trial. Throws FaultlineError only when no verdict is possible (environment gone, worker command missing). */
  run(request: TrialRequest): Promise<TrialResult>;
  /** Ends workers, slot and environment; safe to call twice. A trial that runs is awaited. */
  close(): Promise<void>;
  /** Ends everything at once, synchronously as far as possible: for a second Ctrl-C. */
  kill(): void;
}
