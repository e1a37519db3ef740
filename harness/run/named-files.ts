/** Scenarios that are asked for by the file they are in, wherever that is. */
import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FaultlineError } from '../base/errors.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { ScenarioSource } from '../runner/plan.ts';
import { isScenarioFile, loadFile } from '../scenario/load.ts';

export interface WithFiles {
  readonly all: readonly ScenarioSource[];
  /** With scenarios' names in the place of files. */
  readonly names: readonly string[];
  /** By the name of a scenario that only its file leads to: that file, as it was asked for. */
  readonly byFile: ReadonlyMap<string, string>;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const SIGNS: readonly (readonly RegExp[])[] = [
  [/\bdefineScenario\s*\(/],
  [/['"]faultline['"]/, /\bScenario\b/],
  // Plain data.
  [/\bgiven['"]?\s*:/, /\bact['"]?\s*:/],
];

/**
 * Does its text look like scenarios? Asked before it is loaded, which runs it: a shell's glob also hits files that nobody meant, and a
 * worker that is loaded may join the group of a live system.
 */
const holdsScenarios = (path: string): boolean => {
  if (!isScenarioFile(basename(path))) return false;
  const text = readFileSync(path, 'utf8');
  return SIGNS.some((signs) => signs.every((sign) => sign.test(text)));
};

const isPath = (name: string): boolean => /[\\/]/.test(name);

const requireOwnNames = (all: readonly ScenarioSource[], file: string, loaded: readonly ScenarioSource[]): void => {
  for (const { scenario } of loaded) {
    const other = all.find((each) => each.scenario.name === scenario.name);
    // The compiled one of a file is the same one.
    if (other !== undefined && !isDeepStrictEqual(other.scenario, scenario))
      throw new FaultlineError(
        'scenario',
        `${file}: name: "${scenario.name}": is taken by ${other.file}; a name must be unique`,
        'Give one of them another name.',
      );
  }
};

/** What the file exports. Errors: as of `loadScenarios`. */
const sourcesIn = async (
  all: readonly ScenarioSource[],
  file: string,
  pipeline: Pipeline,
): Promise<readonly ScenarioSource[]> => {
  const loaded = await loadFile(file, pipeline);
  requireOwnNames(all, file, loaded);
  return loaded;
};

const noScenario = (name: string): FaultlineError =>
  new FaultlineError(
    'scenario',
    `${name}: holds no scenario, by its name and text, and was not loaded`,
    'Name a file that exports scenarios, or a scenario; put a glob of names in quotes.',
  );

/**
 * A name that is a path to a file, and none of a scenario's, stands for the scenarios in it. `all`: those that are known without. Errors: FaultlineError
 * 'scenario' for a file that holds none, or one whose name is taken.
 */
export const withNamedFiles = async (
  all: readonly ScenarioSource[],
  asked: readonly string[],
  { pipeline, cwd }: { readonly pipeline: Pipeline; readonly cwd: string },
): Promise<WithFiles> => {
  const found = new Map(all.map((each) => [each.scenario.name, each]));
  const names: string[] = [];
  const byFile = new Map<string, string>();
  for (const name of asked) {
    const path = resolve(cwd, name);
    if (found.has(name) || !isFile(path)) {
      names.push(name);
      continue;
    }
    const known = [...found.values()].filter((each) => each.file === path);
    if (known.length === 0 && !holdsScenarios(path)) {
      if (isPath(name)) throw noScenario(name);
      names.push(name);
      continue;
    }
    const sources = known.length > 0 ? known : await sourcesIn([...found.values()], path, pipeline);
    for (const source of sources) {
      const isKnown = all.some(({ scenario }) => scenario.name === source.scenario.name);
      if (!isKnown && !byFile.has(source.scenario.name)) byFile.set(source.scenario.name, name);
      found.set(source.scenario.name, source);
    }
    names.push(...sources.map(({ scenario }) => scenario.name));
  }
  return { all: [...found.values()], names, byFile };
};
