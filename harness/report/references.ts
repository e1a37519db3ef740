/** Trials that passed and were kept: the last one of a scenario is what a failure is held against. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of a scenario's trials in a folder of runs, the latest first. A run's folder begins with its time. */
export const runFoldersOf = (folder: string, scenario: string): readonly string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.endsWith(`-${scenario}`))
      .map(({ name }) => join(folder, name))
      .sort()
      .reverse();
  } catch {
    return [];
  }
};
