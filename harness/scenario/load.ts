/** Loading scenario files. */
import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FaultlineError } from '../base/errors.ts';
import { importModule } from '../base/import-module.ts';
import { packageRoot } from '../base/package-root.ts';
import { formatProblem } from '../base/problems.ts';
import { redact } from '../base/redact.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Scenario } from './types.ts';
import { scenarioProblems } from './validate.ts';

export interface LoadedScenario {
  readonly scenario: Scenario;
  /** Absolute path of the file that exports it. */
  readonly file: string;
}

/** Faultline's own scenarios: beside the sources when run from them, compiled otherwise. */
export const ownScenarios: string = fileURLToPath(new URL('../../scenarios', import.meta.url));

/** May a file of that name hold scenarios? */
export const isScenarioFile = (name: string): boolean =>
  /\.[cm]?[jt]s$/.test(name) && !/\.(?:test|spec|config|d)\.[cm]?[jt]s$/.test(name) && !/^[._]/.test(name);

const filesIn = (directory: string): string[] => {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    throw new FaultlineError(
      'scenario',
      `the scenarios in ${directory} cannot be read: ${(error as Error).message}`,
      'Correct `scenarios` in faultline.config.ts, or make the directory.',
    );
  }
  return names
    .filter(isScenarioFile)
    .toSorted()
    .map((name) => join(directory, name));
};

/** Our own compiled files need no translation; anything else may be TypeScript or import 'faultline' from nowhere. */
const load = (file: string): Promise<Record<string, unknown>> =>
  file.startsWith(packageRoot + sep) && /\.m?js$/.test(file)
    ? (import(pathToFileURL(file).href) as Promise<Record<string, unknown>>)
    : importModule(file);

/** What one file gives: its scenarios, and what is wrong with it, one line each. */
interface FileResult {
  readonly loaded: readonly LoadedScenario[];
  readonly problems: readonly string[];
}

/** ` (scenario "healthy")`, or by what it is exported as where it has no name: a file may export several. */
const whose = (value: unknown, exported: string): string => {
  const name = typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
  return typeof name === 'string'
    ? ` (scenario ${JSON.stringify(name)})`
    : ` (exported as ${JSON.stringify(exported)})`;
};

interface Reading {
  readonly pipeline: Pipeline;
  /** The file was written for another pipeline. */
  readonly isElsewhere: boolean;
}

/** Of those of another pipeline this one has what it can name all of; a mistake remains one. */
const isMeantFor = (value: unknown, pipeline: Pipeline): boolean =>
  scenarioProblems(value, pipeline).length === 0 || scenarioProblems(value, undefined).length > 0;

const read = async (file: string, { pipeline, isElsewhere }: Reading): Promise<FileResult> => {
  let exported: Record<string, unknown>;
  try {
    exported = await load(file);
  } catch (error) {
    const message = redact(error instanceof Error ? error.message : String(error));
    return { loaded: [], problems: [`${file}: could not be loaded: ${message}`] };
  }
  // One scenario under two names (named and default) is one scenario.
  const names = new Map(
    Object.entries(exported)
      .filter(([name]) => name !== '__esModule')
      .map(([name, value]) => [value, name]),
  );
  if (names.size === 0) return { loaded: [], problems: [`${file}: exports no scenario`] };
  const meant = [...names].filter(([value]) => !isElsewhere || isMeantFor(value, pipeline));
  const problems = meant.flatMap(([value, name]) =>
    scenarioProblems(value, pipeline).map(
      (problem) => `${file}: ${formatProblem(problem, value)}${whose(value, name)}`,
    ),
  );
  return {
    loaded: problems.length > 0 ? [] : meant.map(([value]) => ({ scenario: value as Scenario, file })),
    problems,
  };
};

const repeatedNames = (loaded: readonly LoadedScenario[]): string[] => {
  const first = new Map<string, string>();
  return loaded.flatMap(({ scenario, file }) => {
    const other = first.get(scenario.name);
    if (other === undefined) first.set(scenario.name, file);
    return other === undefined
      ? []
      : [`${file}: name: "${scenario.name}": is taken by ${other}; a name must be unique`];
  });
};

/**
 * Every scenario of the pipeline that the files of these directories export, by file name. Not looked at: subfolders, tests, `*.config.*`, and names
 * that begin with "_" or ".". Of directories `elsewhere`, which were written for another pipeline, those are taken that
 * this one has everything for. Errors: one FaultlineError 'scenario' that lists everything wrong in all files.
 */
export const loadScenarios = async (
  directories: readonly string[],
  pipeline: Pipeline,
  elsewhere: readonly string[] = [],
): Promise<readonly LoadedScenario[]> => {
  const files = [...new Set(directories)].flatMap((directory) =>
    filesIn(directory).map((file) => ({ file, isElsewhere: elsewhere.includes(directory) })),
  );
  const results: FileResult[] = [];
  // One after the other: jiti evaluates shared modules once only when nobody else is in the middle of it.
  for (const { file, isElsewhere } of files) results.push(await read(file, { pipeline, isElsewhere }));
  return allOf(results);
};

/** Errors: one FaultlineError 'scenario' that lists everything wrong in them. */
const allOf = (results: readonly FileResult[]): readonly LoadedScenario[] => {
  const loaded = results.flatMap((result) => result.loaded);
  const problems = [...results.flatMap((result) => result.problems), ...repeatedNames(loaded)];
  if (problems.length > 0)
    throw new FaultlineError(
      'scenario',
      ['these scenarios are not valid:', ...problems.map((line) => `  ${line}`)].join('\n'),
      'Correct them and run it again.',
    );
  return loaded;
};

/** Every scenario of the pipeline that the one file exports. Errors: as of `loadScenarios`. */
export const loadFile = async (file: string, pipeline: Pipeline): Promise<readonly LoadedScenario[]> =>
  allOf([await read(file, { pipeline, isElsewhere: false })]);
