/** What a trial that ran leaves to whoever tells of it. Pure data, JSON-serialisable. */
import type { Seal } from '../history/seal.ts';
import type { TrialVerdict } from '../history/verdict.ts';

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

/** What the trials of a run ran in: addresses as text, without credentials. */
export interface RunEnvironment {
  readonly mode: string;
  readonly kafka: string;
  readonly postgres: string;
  readonly startedInMs: number;
}
