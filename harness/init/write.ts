/** Putting a skeleton into a folder: all of it, or nothing. */
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { replaceProjectFile, requireWritable } from '../base/replace-file.ts';
import { CONFIG_FILES } from '../config/load.ts';
import { changedIgnore } from './ignored.ts';
import { changedPackageJson, newPackageJson } from './package-json.ts';
import { skeletonDependencies, skeletonFiles } from './skeleton.ts';
import type { SkeletonChoice, SkeletonFile } from './skeleton.ts';

export interface Written {
  /** Files that were made, from the folder. */
  readonly made: readonly string[];
  /** Files that were there, and have more in them now. */
  readonly changed: readonly string[];
}

interface Change extends SkeletonFile {
  readonly wasThere: boolean;
}

/** Whatever it is: a link that leads nowhere is in the way as well. */
const isThere = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // Below what is no folder there is nothing.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
};

/** Files whose content would be lost, and configurations that would be read in the place of this one, or beside it. */
const inTheWay = (folder: string, files: readonly SkeletonFile[]): readonly string[] =>
  [...new Set([...CONFIG_FILES, ...files.map(({ path }) => path)])].filter((path) => isThere(join(folder, path)));

/** What is in a file that is added to; undefined where there is none. */
const textOf = (file: string): string | undefined => (isThere(file) ? readFileSync(file, 'utf8') : undefined);

const packageJsonOf = (folder: string, choice: SkeletonChoice): Change => {
  const needed = skeletonDependencies(choice);
  const before = textOf(join(folder, 'package.json'));
  return {
    path: 'package.json',
    text: before === undefined ? newPackageJson(basename(folder), needed) : changedPackageJson(before, needed),
    wasThere: before !== undefined,
  };
};

const ignoreOf = (folder: string): Change => {
  const before = textOf(join(folder, '.gitignore'));
  return { path: '.gitignore', text: changedIgnore(before), wasThere: before !== undefined };
};

const added = (folder: string, file: string, change: () => Change): Change => {
  try {
    return change();
  } catch (error) {
    throw new FaultlineError(
      'usage',
      `${join(folder, file)} cannot be added to: ${(error as Error).message}`,
      'Nothing was written. Correct the file, and say it again.',
    );
  }
};

/** Of a folder and the ones above it those that are not there, the highest first. */
const missingFolders = (path: string): readonly string[] =>
  existsSync(path) ? [] : [...missingFolders(dirname(path)), path];

/** Makes files that were not there. Should one fail, the ones before it go again, and the folders that were made for them. */
const makeFiles = (folder: string, files: readonly SkeletonFile[]): void => {
  const undo: (() => void)[] = [];
  try {
    for (const { path, text } of files) {
      const file = join(folder, path);
      for (const missing of missingFolders(dirname(file))) {
        mkdirSync(missing);
        undo.push(() => rmdirSync(missing));
      }
      writeFileSync(file, text, { flag: 'wx' });
      undo.push(() => rmSync(file));
    }
  } catch (error) {
    for (const back of undo.toReversed()) back();
    throw new FaultlineError(
      'usage',
      `cannot write to ${folder}: ${(error as Error).message}`,
      'Nothing was written. Name a folder that you may write to.',
    );
  }
};

/**
 * Writes the skeleton into the folder, which is made where it is missing. .gitignore and package.json are added to where they are there;
 * no other file is touched. Errors: FaultlineError 'usage' that names every file in the way; nothing is written then.
 */
export const writeSkeleton = (cwd: string, into: string, choice: SkeletonChoice): Written => {
  const folder = resolve(cwd, into);
  const files = skeletonFiles(choice);
  const there = inTheWay(folder, files);
  if (there.length > 0)
    throw new FaultlineError(
      'usage',
      [`these files stand in the way in ${folder}:`, ...there.map((path) => `  ${path}`)].join('\n'),
      'Nothing was written. Move them away, or name another folder; --ci none leaves the CI file out.',
    );
  const additions = [
    added(folder, '.gitignore', () => ignoreOf(folder)),
    added(folder, 'package.json', () => packageJsonOf(folder, choice)),
  ];
  const changes = additions.filter(({ wasThere }) => wasThere);
  const changed = changes.filter(({ path, text }) => textOf(join(folder, path)) !== text);
  for (const { path } of changed) requireWritable(join(folder, path));
  const made = [...files, ...additions.filter(({ wasThere }) => !wasThere)];
  makeFiles(folder, made);
  for (const { path, text } of changed) replaceProjectFile(join(folder, path), text);
  const shown = (path: string): string => relative(cwd, join(folder, path));
  return { made: made.map(({ path }) => shown(path)), changed: changed.map(({ path }) => shown(path)) };
};
