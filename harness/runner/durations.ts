/** How long scenarios took the last time, kept for balancing shards. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeNotesFolder } from '../base/make-folder.ts';
import { jsonText } from '../base/presentable.ts';
import { replaceProjectFile } from '../base/replace-file.ts';

export type Durations = Readonly<Record<string, number>>;

/** Recorded durations, ms by scenario; empty when there is no record or it cannot be read: it only balances. */
export const readDurations = (file: string): Durations => {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof content !== 'object' || content === null) return {};
    return Object.fromEntries(
      Object.entries(content).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] >= 0,
      ),
    );
  } catch {
    return {};
  }
};

/** Replaces the record of the scenarios that ran; whole or not at all. */
export const writeDurations = (file: string, ran: Durations): void => {
  const merged = { ...readDurations(file), ...ran };
  makeNotesFolder(dirname(file));
  replaceProjectFile(file, `${jsonText(merged, 2)}\n`);
};
