/** Putting a skeleton into a folder: what is made, what is added to, and what stands in the way. */
import { lstatSync, readFileSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { requireWritable } from '../base/replace-file.ts';
import { CONFIG_FILES } from '../config/load.ts';
import { changedIgnore } from './ignored.ts';
import { changedPackageJson, newPackageJson } from './package-json.ts';
import { putFiles } from './put-files.ts';
import type { NewFile } from './put-files.ts';
import { skeletonDependencies, skeletonFiles } from './skeleton.ts';
import type { SkeletonChoice } from './skeleton.ts';

export interface Written {
  /** Files that were made, from the folder. */
  readonly made: readonly string[];
  /** Files that were there, and have more in them now. */
  readonly changed: readonly string[];
}

interface Addition extends NewFile {
  /** What is in it; undefined where there is none. */
  readonly before: string | undefined;
}

const found = (path: string): Stats | undefined => {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Below what is no folder there is nothing.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
};

/** Whatever it is: a link that leads nowhere is in the way as well. */
const isThere = (path: string): boolean => found(path) !== undefined;

/** The folders that a path goes through, the highest first: `a` and `a/b` of `a/b/c.ts`. */
const foldersOf = (path: string): readonly string[] => {
  const above = dirname(path);
  return above === '.' ? [] : [...foldersOf(above), above];
};

/** What would be written through it would be written somewhere else. */
const linksOf = (folder: string, path: string): readonly string[] =>
  foldersOf(path).filter((above) => found(join(folder, above))?.isSymbolicLink() === true);

/**
 * Files whose content would be lost, configurations that would be read in the place of this one, or beside it, and links in the place
 * of folders.
 */
const inTheWay = (folder: string, files: readonly NewFile[]): readonly string[] => {
  const paths = [...new Set([...CONFIG_FILES, ...files.map(({ path }) => path)])];
  const blocking = paths.flatMap((path) => {
    const links = linksOf(folder, path);
    if (links.length > 0) return links.map((link) => `${link} (a link)`);
    return isThere(join(folder, path)) ? [path] : [];
  });
  return [...new Set(blocking)];
};

/** What is in a file that is added to; undefined where there is none. Errors: TypeError where it is no UTF-8, which would be lost. */
const textOf = (file: string): string | undefined =>
  isThere(file) ? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file)) : undefined;

const packageJsonOf = (folder: string, choice: SkeletonChoice): Addition => {
  const needed = skeletonDependencies(choice);
  const before = textOf(join(folder, 'package.json'));
  return {
    path: 'package.json',
    text: before === undefined ? newPackageJson(basename(folder), needed) : changedPackageJson(before, needed),
    before,
  };
};

const ignoreOf = (folder: string): Addition => {
  const before = textOf(join(folder, '.gitignore'));
  return { path: '.gitignore', text: changedIgnore(before), before };
};

const added = (folder: string, file: string, change: () => Addition): Addition => {
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
  const changed = additions.flatMap(({ path, text, before }) =>
    before === undefined || before === text ? [] : [{ path, text, before }],
  );
  for (const { path } of changed) requireWritable(join(folder, path));
  const made = [...files, ...additions.filter(({ before }) => before === undefined)];
  putFiles(folder, made, changed);
  const shown = (path: string): string => relative(cwd, join(folder, path));
  return { made: made.map(({ path }) => shown(path)), changed: changed.map(({ path }) => shown(path)) };
};
