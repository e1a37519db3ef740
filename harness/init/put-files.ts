/** Several files into a folder: all of them, or nothing. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { replaceProjectFile } from '../base/replace-file.ts';

export interface NewFile {
  /** From the folder, with slashes: `faultline/scenarios/api-fails-twice.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface ChangedFile extends NewFile {
  /** What is in it now. */
  readonly before: string;
}

interface Undo {
  readonly path: string;
  readonly back: () => void;
}

/** Of a folder and the ones above it those that are not there, the highest first. */
const missingFolders = (path: string): readonly string[] =>
  existsSync(path) ? [] : [...missingFolders(dirname(path)), path];

const make = (file: string, text: string, undo: Undo[]): void => {
  for (const missing of missingFolders(dirname(file))) {
    mkdirSync(missing);
    undo.push({ path: missing, back: () => rmdirSync(missing) });
  }
  // What somebody else has put there meanwhile is not opened, and so not taken away either.
  const descriptor = openSync(file, 'wx');
  undo.push({ path: file, back: () => rmSync(file) });
  try {
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
};

const change = (file: string, { text, before }: ChangedFile, undo: Undo[]): void => {
  const back = (): void => {
    if (readFileSync(file, 'utf8') !== before) replaceProjectFile(file, before);
  };
  undo.push({ path: file, back });
  replaceProjectFile(file, text);
};

/** One that cannot be undone keeps none of the others. Gives what is left. */
const undone = (undo: readonly Undo[]): readonly string[] =>
  undo.toReversed().flatMap(({ path, back }) => {
    try {
      back();
      return [];
    } catch {
      return [path];
    }
  });

/**
 * Makes files that were not there, with the folders they need, and changes others. Should one fail, all is as it was before.
 * Errors: FaultlineError 'usage', which names what could not be taken back.
 */
export const putFiles = (folder: string, made: readonly NewFile[], changed: readonly ChangedFile[]): void => {
  const undo: Undo[] = [];
  try {
    for (const { path, text } of made) make(join(folder, path), text, undo);
    for (const file of changed) change(join(folder, file.path), file, undo);
  } catch (error) {
    const left = undone(undo);
    throw new FaultlineError(
      'usage',
      `cannot write to ${folder}: ${(error as Error).message}`,
      left.length === 0
        ? 'Nothing was written. Name a folder that you may write to.'
        : `What was written has been taken back, but for ${left.join(', ')}.`,
    );
  }
};
