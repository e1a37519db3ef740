/** Scenarios that are asked for by the file they are in, wherever that is. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FaultlineError } from '../base/errors.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { ScenarioSource } from '../runner/plan.ts';
import { loadFile } from '../scenario/load.ts';

export interface WithFiles {
  readonly all: readonly ScenarioSource[];
  /** With scenarios' names in the place of files. */
  readonly names: readonly string[];
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

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

/** Of one file: those that are known already, or what it exports. Errors: as of `loadScenarios`. */
const sourcesIn = async (
  all: readonly ScenarioSource[],
  file: string,
  pipeline: Pipeline,
): Promise<readonly ScenarioSource[]> => {
  const known = all.filter((each) => each.file === file);
  if (known.length > 0) return known;
  const loaded = await loadFile(file, pipeline);
  requireOwnNames(all, file, loaded);
  return loaded;
};

/**
 * A name that is a path to a file stands for the scenarios in it. `all`: those that are known without. Errors: FaultlineError
 * 'scenario' for a file that holds none, or one whose name is taken.
 */
export const withNamedFiles = async (
  all: readonly ScenarioSource[],
  asked: readonly string[],
  { pipeline, cwd }: { readonly pipeline: Pipeline; readonly cwd: string },
): Promise<WithFiles> => {
  const found = new Map(all.map((each) => [each.scenario.name, each]));
  const names: string[] = [];
  for (const name of asked) {
    const path = resolve(cwd, name);
    if (found.has(name) || !isFile(path)) {
      names.push(name);
      continue;
    }
    const sources = await sourcesIn([...found.values()], path, pipeline);
    for (const source of sources) found.set(source.scenario.name, source);
    names.push(...sources.map(({ scenario }) => scenario.name));
  }
  return { all: [...found.values()], names };
};
