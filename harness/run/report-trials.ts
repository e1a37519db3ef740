/** Trials for a report: as they were stored, in run folders, folders of runs and folders of shards. Runs nothing. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { isWithin } from '../base/paths.ts';
import { TooLong, linesOfStoredHistory, linesToBeShown, readStoredFile } from '../base/read-own.ts';
import { parseHistoryLines, requireHistory } from '../history/file.ts';
import { NOT_RECORDED } from '../report/collect.ts';
import type { Recorded, ReferenceTrial, ReportTrial } from '../report/collect.ts';
import { runFoldersOf } from '../report/references.ts';
import { lastRunFile } from '../reporters/json-file.ts';
import { SHARD_FILE } from '../reporters/shard-file.ts';
import type { TrialResult } from '../verdict/result.ts';
import { readShards } from './read-shards.ts';
import { readStoredRun } from './stored-run.ts';

const HINT = 'Name a run folder (runs/latest), a folder of runs, or the folders of shards.';

const textOf = (file: string): string | undefined => {
  try {
    return readStoredFile(file, 'history');
  } catch {
    return undefined;
  }
};

/** What was recorded; nothing where it cannot be read or is too long: the verdict stands without it. */
export const readRecorded = (dir: string): Recorded => {
  const file = join(dir, 'history.ndjson');
  try {
    return { events: parseHistoryLines(linesToBeShown(file), file), text: () => textOf(file) };
  } catch (error) {
    return error instanceof TooLong ? { ...NOT_RECORDED, tooLong: true } : NOT_RECORDED;
  }
};

/** The text of a history that can be drawn. Its events are not kept: what it is held against has its own in memory. */
const textToBeDrawn = (dir: string): string | undefined => {
  const file = join(dir, 'history.ndjson');
  const text = textOf(file);
  if (text === undefined) return undefined;
  try {
    requireHistory(linesOfStoredHistory(file), file);
    return text;
  } catch {
    return undefined;
  }
};

/** Tags of the scenario as it was stored; none where it cannot be read. */
export const readTags = (dir: string): readonly string[] => {
  try {
    return readStoredRun('', dir).scenario.tags ?? [];
  } catch {
    return [];
  }
};

const isRunFolder = (dir: string): boolean => existsSync(join(dir, 'scenario.json'));

const NOT_JUDGED: TrialResult['verdict'] = {
  outcome: 'unknown',
  unknown: ['the run ended before it was judged'],
  during: { causes: [], expectation: { met: true, case: null, expected: null, actual: [], message: 'not judged' } },
  after: [],
  invariants: [],
  faults: [],
};

const TIMINGS = { prepareMs: 0, actMs: 0, settleMs: 0, judgeMs: 0, totalMs: 0 } as const;

type Replay = (trial: { readonly name: string; readonly seed: number; readonly workers: string }) => string;

const ofRunFolder = (cwd: string, dir: string, replay: Replay): ReportTrial => {
  const { scenario, seed, workers, result, dir: real } = readStoredRun(cwd, dir);
  const stored: TrialResult = result ?? {
    name: scenario.name,
    title: scenario.title,
    seed,
    workers,
    verdict: NOT_JUDGED,
    runDir: real,
    timings: TIMINGS,
  };
  return {
    label: scenario.name,
    result: { ...stored, runDir: real },
    judged: result !== undefined,
    tags: scenario.tags ?? [],
    replay: replay({ name: scenario.name, seed, workers }),
    recorded: () => readRecorded(real),
  };
};

/** The run folders of a folder's last run; where it tells of none, all of its run folders. */
const runFoldersIn = (folder: string): readonly string[] => {
  const all = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isRunFolder(join(folder, entry.name)))
    .map(({ name }) => name)
    .sort();
  const last = lastRunNames(folder);
  return all.filter((name) => last === undefined || last.has(name)).map((name) => join(folder, name));
};

const lastRunNames = (folder: string): ReadonlySet<string> | undefined => {
  try {
    const document = JSON.parse(readStoredFile(lastRunFile(folder), 'document')) as {
      readonly scenarios: readonly { readonly runDir: string }[];
    };
    return new Set(document.scenarios.map(({ runDir }) => basename(runDir)));
  } catch {
    return undefined;
  }
};

const hasShards = (folder: string): boolean =>
  readdirSync(folder, { withFileTypes: true }).some(
    (entry) =>
      SHARD_FILE.test(entry.name) ||
      (entry.isDirectory() && readdirSync(join(folder, entry.name)).some((name) => SHARD_FILE.test(name))),
  );

/** Of shards the results are told, also of trials whose folders were left behind, or are none of theirs: a link leads elsewhere. */
const ofShards = (cwd: string, folder: string, replay: Replay): readonly ReportTrial[] =>
  readShards(cwd, [folder]).flatMap(({ document }) =>
    document.results.map(({ label, result }): ReportTrial => {
      const dir = [result.runDir, ...foldersNamed(folder, basename(result.runDir))].find(
        (one) => isRunFolder(one) && isWithin(folder, one),
      );
      return {
        label,
        result,
        judged: true,
        tags: dir === undefined ? [] : readTags(dir),
        replay: replay(result),
        recorded: () => (dir === undefined ? NOT_RECORDED : readRecorded(dir)),
      };
    }),
  );

/** A CI may have put the folders of runs beside the shard's file, or into a folder of their own. */
const foldersNamed = (folder: string, name: string): readonly string[] => [
  join(folder, name),
  ...readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name, name)),
];

/** Errors: FaultlineError 'usage' for a folder without trials, 'history' for one that cannot be read. */
export const readReportTrials = (cwd: string, folders: readonly string[], replay: Replay): readonly ReportTrial[] => {
  const trials = folders.flatMap((given) => {
    const folder = resolve(cwd, given);
    if (!existsSync(folder) || !statSync(folder).isDirectory())
      throw new FaultlineError('usage', `there is no folder ${folder}`, HINT);
    if (isRunFolder(folder)) return [ofRunFolder(cwd, folder, replay)];
    if (hasShards(folder)) return ofShards(cwd, folder, replay);
    const found = runFoldersIn(folder).map((dir) => ofRunFolder(cwd, dir, replay));
    if (found.length === 0) throw new FaultlineError('usage', `there is no trial in ${folder}`, HINT);
    return found;
  });
  const names = new Map<string, number>();
  for (const { label } of trials) names.set(label, (names.get(label) ?? 0) + 1);
  const seen = new Map<string, number>();
  return trials.map((trial) => {
    const n = (seen.get(trial.label) ?? 0) + 1;
    seen.set(trial.label, n);
    return (names.get(trial.label) ?? 0) > 1 ? { ...trial, label: `${trial.label} #${n}` } : trial;
  });
};

/** The last trial of the scenario that passed, in these folders of runs; one of the same workers comes first. */
export const findReference = (
  cwd: string,
  folders: readonly string[],
  { name, workers, runDir }: Pick<TrialResult, 'name' | 'workers' | 'runDir'>,
): ReferenceTrial | undefined => {
  const passed = folders
    .flatMap((folder) => (isRunFolder(folder) ? [folder] : runFoldersOf(folder, name)))
    .flatMap((dir) => {
      try {
        const stored = readStoredRun(cwd, dir);
        const fits = stored.scenario.name === name && stored.dir !== runDir;
        return fits && stored.result?.verdict.outcome === 'passed' ? [stored] : [];
      } catch {
        return [];
      }
    });
  const found = passed.find((stored) => stored.workers === workers) ?? passed[0];
  if (found === undefined) return undefined;
  return {
    folder: found.dir,
    label: `${found.workers}, seed ${found.seed}, ${basename(found.dir)}`,
    history: () => textToBeDrawn(found.dir),
  };
};

/** Where trials that passed may lie: the folders that hold the given ones. */
export const runsAround = (trials: readonly ReportTrial[]): readonly string[] => [
  ...new Set(trials.map(({ result }) => dirname(result.runDir))),
];
