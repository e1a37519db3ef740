/** Results of an earlier run as its document has them: for `--against` and `faultline accept`. */
import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { JSON_VERSION } from '../reporters/json-document.ts';
import { lastRunFile } from '../reporters/json-file.ts';
import type { Base } from '../verdict/against.ts';
import { findingsOfTrial } from '../verdict/findings.ts';
import { readResultsDocument, wrongResults } from './results-document.ts';
import { readStoredRun } from './stored-run.ts';

export interface StoredResults {
  /** What was read, for people. */
  readonly file: string;
  /** Name of the worker set. */
  readonly workers: string;
  /** One row a trial. */
  readonly scenarios: readonly {
    readonly name: string;
    readonly verdict: 'passed' | 'failed' | 'unknown';
    /** Ids. */
    readonly findings: readonly string[];
  }[];
}

/** As far as findings are read from it. */
const shape = z
  .object({
    version: z.literal(JSON_VERSION),
    workers: z.string(),
    scenarios: z.array(
      z
        .object({
          name: z.string(),
          verdict: z.enum(['passed', 'failed', 'unknown']),
          findings: z.array(z.string()),
        })
        .loose(),
    ),
  })
  .loose();

const readDocument = (file: string): StoredResults => {
  const { workers, scenarios } = readResultsDocument(file, shape, ({ path }) =>
    path.at(-1) === 'findings'
      ? `the results ${file} tell no findings: an earlier Faultline wrote them; run that once more with this one`
      : undefined,
  );
  return { file, workers, scenarios };
};

/**
 * The results at a path: a document of `--json`, a folder of runs (its last run), or one trial's run folder. Errors:
 * FaultlineError 'usage', or 'history' for a run folder that cannot be read.
 */
export const readResults = (cwd: string, path: string): StoredResults => {
  const whole = resolve(cwd, path);
  if (!existsSync(whole)) throw wrongResults(`there are no results at ${whole}`);
  if (!statSync(whole).isDirectory()) return readDocument(whole);
  if (existsSync(lastRunFile(whole))) return readDocument(lastRunFile(whole));
  if (!existsSync(join(whole, 'verdict.json'))) throw wrongResults(`there are no results of a run in ${whole}`);
  const { dir, result } = readStoredRun(cwd, whole);
  if (result === undefined) throw wrongResults(`the run in ${dir} ended before it was judged`);
  const { name, verdict, workers } = result;
  return {
    file: dir,
    workers,
    scenarios: [{ name, verdict: verdict.outcome, findings: findingsOfTrial(verdict).map(({ id }) => id) }],
  };
};

/** The base of `--against`. */
export const readBase = (cwd: string, path: string): Base => {
  const { file, scenarios } = readResults(cwd, path);
  return {
    name: path === '' ? basename(file) : path,
    scenarios: scenarios.map(({ name, verdict, findings }) => ({ name, decided: verdict !== 'unknown', findings })),
  };
};
