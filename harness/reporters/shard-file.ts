/**
 * What one shard of a run leaves in its folder of runs for `faultline merge`: which part of which whole it was, and its
 * results. Rewritten after every result; whether it came to its end is the last thing written.
 */
import { join, relative } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import { jsonText } from '../base/presentable.ts';
import type { Shard } from '../runner/shard.ts';
import type { RunEnvironment, TrialResult } from '../verdict/result.ts';
import type { WaitingOptions } from '../config/types.ts';
import { standingIn } from '../verdict/premises.ts';
import type { Premises } from '../verdict/premises.ts';
import { replaceFile } from '../base/replace-file.ts';
import { reviseResults } from './types.ts';
import type { NotApplicable, Reporter } from './types.ts';

/** Version of this format. */
export const SHARD_FILE_VERSION = 1;

export interface PlannedName {
  /** The scenario's. */
  readonly name: string;
  /** The trial's, with the repeat where there are several. */
  readonly label: string;
  readonly seed: number;
}

export interface ShardHead {
  readonly version: typeof SHARD_FILE_VERSION;
  /** Faultline's version. */
  readonly faultline: string;
  readonly shard: Shard;
  readonly seed: number;
  readonly repeat: number;
  readonly fresh: boolean;
  /** How long its trials waited, where it was said for the run. */
  readonly waiting: WaitingOptions;
  readonly workers: { readonly name: string; readonly note?: string };
  /** Every scenario that all shards together run, by name, with a hash of its content. */
  readonly selection: Readonly<Record<string, string>>;
  readonly notApplicable: readonly NotApplicable[];
  /** The trials of this shard. */
  readonly planned: readonly PlannedName[];
}

export interface ShardDocument extends ShardHead {
  /** Null: none was started, as there was nothing to run. */
  readonly environment: RunEnvironment | null;
  /** `runDir` is relative to the file's folder. */
  readonly results: readonly {
    readonly label: string;
    readonly result: TrialResult;
    /** The trial failed, and nothing in it was new to the shard: so its exit code does not say. */
    readonly standing?: 'known';
  }[];
  readonly durationMs: number;
  /** The command's; null while it runs, and when it was killed. */
  readonly exitCode: number | null;
}

export const shardFileName = ({ index, count }: Shard): string => `shard-${index}-of-${count}.json`;

/** What `shardFileName` gives. */
export const SHARD_FILE = /^shard-\d+-of-\d+\.json$/;

/** The same result with every run folder's path put through `change`. */
export const withRunDirs = (result: TrialResult, change: (runDir: string) => string): TrialResult => ({
  ...result,
  runDir: change(result.runDir),
  ...(result.earlier === undefined ? {} : { earlier: result.earlier.map((attempt) => withRunDirs(attempt, change)) }),
});

export interface ShardFile {
  readonly reporter: Reporter;
  /** The command's last act: without it the shard has not finished. */
  end(exitCode: number): void;
}

/** Writes the file at once: a shard that never gets further has left something. `sinceStart`: ms. */
export const openShardFile = (
  outDir: string,
  head: ShardHead,
  premises: Premises,
  sinceStart: () => number,
): ShardFile => {
  const file = join(outDir, shardFileName(head.shard));
  const labels = new Map<string, string>();
  let environment: RunEnvironment | null = null;
  let results: readonly TrialResult[] = [];
  const labelOf = (result: TrialResult): string =>
    [result, ...(result.earlier ?? [])].flatMap(({ runDir }) => labels.get(runDir) ?? [])[0] ?? result.name;
  const write = (exitCode: number | null): void => {
    const document: ShardDocument = {
      ...head,
      environment,
      results: results.map((result) => ({
        label: labelOf(result),
        result: withRunDirs(result, (runDir) => relative(outDir, runDir)),
        ...(standingIn(premises, result) === 'known' ? { standing: 'known' } : {}),
      })),
      durationMs: Math.round(sinceStart()),
      exitCode,
    };
    replaceFile(file, `${jsonText(document, 2)}\n`);
  };
  makeFolder(outDir, 0o700);
  write(null);
  return {
    reporter: {
      onEnvironment: ({ mode, kafka, postgres, startedInMs }) => {
        environment = { mode, kafka, postgres, startedInMs };
        write(null);
      },
      onResult: ({ result, label }) => {
        labels.set(result.runDir, label);
        results = [...results, result];
        write(null);
      },
      onRevised: (revised) => {
        results = reviseResults(results, revised);
        write(null);
      },
    },
    end: write,
  };
};
