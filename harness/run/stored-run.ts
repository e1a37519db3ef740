/** A run's folder as it was stored: what was run, what was recorded, what was judged. */
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { linesOfStoredHistory, readStoredFile } from '../base/read-own.ts';
import type { HistoryEvent } from '../history/events.ts';
import { parseHistoryLines } from '../history/file.ts';
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

const readObject = (file: string): Record<string, unknown> => {
  let content: unknown;
  try {
    content = JSON.parse(reading(file, () => readStoredFile(file, 'document')));
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
  const file = join(dir, 'scenario.json');
  const { scenario, seed, workers } = readObject(file);
  if (typeof seed !== 'number' || typeof workers !== 'string')
    throw broken(file, 'it needs scenario, seed and workers');
  return { dir, scenario: readScenario(file, scenario), seed, workers, result: readResult(dir) };
};

/**
 * What `diagnose --save` wrote: a history without a scenario. Undefined: the folder is a run's. Errors: as of `readStoredRun`, and
 * FaultlineError 'history' where it was read of no live system.
 */
export const readStoredLive = (cwd: string, folder: string): readonly HistoryEvent[] | undefined => {
  const dir = folderOf(cwd, folder);
  const file = join(dir, 'history.ndjson');
  if (existsSync(join(dir, 'scenario.json')) || !existsSync(file)) return undefined;
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
      join(run.dir, 'scenario.json'),
      `it is not of the history's pipeline: ${formatProblem(problem, run.scenario)}`,
    );
  return events;
};

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
        reading(file, () => parseHistoryLines(linesOfStoredHistory(file), file, sealed));
        return [];
      } catch (error) {
        if (error instanceof FaultlineError) return [error.message];
        throw error;
      }
    });
