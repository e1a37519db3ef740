/** Files that others read while we write them. */
import { renameSync, writeFileSync } from 'node:fs';

/** Replaces the file, whole or not at all. */
export const replaceFile = (file: string, text: string): void => {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
};
