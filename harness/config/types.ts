/** The shape of faultline.config.ts, after defaults have been applied. */
import type { WorkerRole } from '../pipeline/pipeline.ts';
import type { Misconfiguration } from '../scenario/types.ts';

export interface WorkerConfig {
  /** The part it plays in the pipeline; also its name. */
  readonly role: WorkerRole;
  /** Program and arguments; no shell. */
  readonly command: readonly [string, ...string[]];
  /** Absolute working directory. */
  readonly cwd: string;
  /** Passed through, over the harness's own environment and under the addresses. */
  readonly env: Readonly<Record<string, string>>;
  readonly consumerGroup: string;
  readonly ready: {
    /** Besides a stable group with its member: a line of its output that contains this text. */
    readonly log?: string;
    /** ms until "never got ready". */
    readonly timeoutMs: number;
  };
  /** Environment under which this worker is misconfigured, for the scenarios about that. */
  readonly misconfigured: Readonly<Partial<Record<Misconfiguration, Readonly<Record<string, string>>>>>;
}

export interface WorkerSet {
  readonly name: string;
  readonly workers: readonly WorkerConfig[];
  /** Nothing may be recorded for so long after settling, ms. */
  readonly quietMs: number;
  /** Printed with the verdict, e.g. that retry delays are shortened. */
  readonly note?: string;
  /** The tables these workers come with, when they are another project's; otherwise the configuration's. */
  readonly schema?: SchemaSource;
}

export type SchemaSource =
  | { readonly file: string }
  | {
      readonly command: readonly [string, ...string[]];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
    };

export interface Config {
  /** Directory of the configuration file, or the current one. */
  readonly root: string;
  /** Path of the file it came from; null: built-in defaults. */
  readonly file: string | null;
  readonly workerSets: Readonly<Record<string, WorkerSet>>;
  readonly defaultWorkers: string;
  readonly database: { readonly schema: SchemaSource };
  /** Directories that hold scenario files, besides Faultline's own. */
  readonly scenarios: readonly string[];
}
