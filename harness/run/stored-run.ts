/** A run's folder as it was stored: what was run, what was recorded, what was judged. */
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { linesOfStoredHistory, readStoredFile } from '../base/read-own.ts';
import type { HistoryEvent } from '../history/events.ts';
import { parseHistoryLines, requireHistory } from '../history/file.ts';
import { digestOf } from '../history/seal.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Scenario } from '../scenario/types.ts';
import { scenarioProblems } from '../scenario/validate.ts';
import { formatProblem, problemsOf } from '../base/problems.ts';
import type { TrialResult } from '../verdict/result.ts';
import { attempt } from './stored-shape.ts';

export interface StoredRun {
  /** Absolute, links resolved. */
  readonly dir: string;
  readonly scenario: Scenario;
  readonly seed: number;
  /** As `--workers` takes it. */
  readonly workers: string;
  /** Undefined when the run ended before it was judged. */
  readonly result: TrialResult | undefined;
}

const SCENARIO = 'scenario.json';

const HINT = 'Name a run folder, e.g. runs/latest; it holds scenario.json, history.ndjson and verdict.json.';

const broken = (file: string, why: string): FaultlineError =>
  new FaultlineError('history', `cannot read ${file}: ${why}`, HINT);

const reading = <T>(file: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof FaultlineError) throw error;
    throw broken(
      file,
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is not there' : (error as Error).message,
    );
  }
};

const readText = (file: string): string => reading(file, () => readStoredFile(file, 'document'));

const readObject = (file: string, text = readText(file)): Record<string, unknown> => {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    if (error instanceof FaultlineError) throw error;
    throw broken(file, 'it is not JSON');
  }
  if (typeof content !== 'object' || content === null) throw broken(file, 'it is not an object');
  return content as Record<string, unknown>;
};

const folderOf = (cwd: string, folder: string): string => {
  const dir = resolve(cwd, folder);
  if (!existsSync(dir)) throw new FaultlineError('usage', `there is no run folder ${dir}`, HINT);
  return realpathSync(dir);
};

const readScenario = (file: string, value: unknown): Scenario => {
  const [problem] = scenarioProblems(value, undefined);
  if (problem !== undefined) throw broken(file, formatProblem(problem, value));
  return value as Scenario;
};

const readResult = (dir: string): TrialResult | undefined => {
  const file = join(dir, 'verdict.json');
  // Also a link to nothing is there.
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
  const content = readObject(file);
  const [problem] = problemsOf(attempt, content);
  if (problem !== undefined) throw broken(file, `it holds no verdict: ${formatProblem(problem, content)}`);
  return { ...(content as unknown as TrialResult), runDir: dir };
};

/** Reads everything but the history. Errors: FaultlineError 'usage' (no such folder) or 'history'. */
export const readStoredRun = (cwd: string, folder: string): StoredRun => {
  const dir = folderOf(cwd, folder);
  const file = join(dir, SCENARIO);
  const text = readText(file);
  const { scenario, seed, workers } = readObject(file, text);
  if (typeof seed !== 'number' || typeof workers !== 'string')
    throw broken(file, 'it needs scenario, seed and workers');
  const result = readResult(dir);
  const digest = result?.sealed?.documents?.[SCENARIO];
  if (digest !== undefined && digest !== digestOf(text)) throw broken(file, 'it was changed since the verdict');
  return { dir, scenario: readScenario(file, scenario), seed, workers, result };
};

/**
 * What `diagnose --save` wrote: a history without a scenario. Undefined: the folder is a run's. Errors: as of `readStoredRun`, and
 * FaultlineError 'history' where it was read of no live system.
 */
export const readStoredLive = (cwd: string, folder: string): readonly HistoryEvent[] | undefined => {
  const dir = folderOf(cwd, folder);
  const file = join(dir, 'history.ndjson');
  if (existsSync(join(dir, SCENARIO)) || !existsSync(file)) return undefined;
  const events = reading(file, () => parseHistoryLines(linesOfStoredHistory(file), file));
  const last = events.at(-1);
  if (last?.kind !== 'trial.barrier' || last.live === undefined)
    throw broken(file, 'it is of a run, whose scenario.json is missing');
  return events;
};

/** The recorded events, as they were judged. Errors: FaultlineError 'history' with the line's number. */
export const readStoredHistory = (run: StoredRun): readonly HistoryEvent[] => {
  const file = join(run.dir, 'history.ndjson');
  const events = reading(file, () => parseHistoryLines(linesOfStoredHistory(file), file, run.result?.sealed));
  const [started] = events;
  // Its names were any text until the pipeline was known.
  const [problem] =
    started?.kind === 'trial.started' ? scenarioProblems(run.scenario, pipelineOf(started.pipeline)) : [];
  if (problem !== undefined)
    throw broken(
      join(run.dir, SCENARIO),
      `it is not of the history's pipeline: ${formatProblem(problem, run.scenario)}`,
    );
  return events;
};

/**
 * What is worked out of stored histories. `unsealed`: those that nothing vouches for, as they were never judged or are of a live
 * system; an event in them that is none is said, and is no bug. Errors: FaultlineError 'history' for those; else whatever `work` throws.
 */
export const workingOut = async <T>(unsealed: readonly string[], work: () => T | Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FaultlineError || unsealed.length === 0) throw error;
    throw new FaultlineError(
      'history',
      `cannot make out the history in ${unsealed.join(' or in ')}: an event in it is not as one is recorded (${(error as Error).message})`,
      'It was never judged, so that nothing tells whether it is as it was recorded: run the scenario again.',
    );
  }
};

/** The folder of a run whose history nothing vouches for. */
export const unsealedIn = ({ dir, result }: StoredRun): readonly string[] =>
  result?.sealed === undefined ? [dir] : [];

/** What is wrong with the histories that the results of a shard were judged on, as far as they came with it. */
export const historyProblems = ({
  document,
}: {
  readonly document: { readonly results: readonly { readonly result: TrialResult }[] };
}): readonly string[] =>
  document.results
    .flatMap(({ result }) => [result, ...(result.earlier ?? [])])
    .flatMap(({ runDir, sealed }) => {
      const file = join(runDir, 'history.ndjson');
      if (sealed === undefined || lstatSync(file, { throwIfNoEntry: false }) === undefined) return [];
      try {
        reading(file, () => requireHistory(linesOfStoredHistory(file), file, sealed));
        return [];
      } catch (error) {
        if (error instanceof FaultlineError) return [error.message];
        throw error;
      }
    });
