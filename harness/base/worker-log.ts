/**
 * A worker's log as a file that can be looked at: what it wrote, made safe. From its first line on that had to be changed for that,
 * the bytes as they were stand in a file beside it, `<name>.raw.log`: without credentials in both, a line end after each.
 */
import { appendFileSync, closeSync, copyFileSync, existsSync, openSync } from 'node:fs';
import { presentable } from './presentable.ts';

const LINE_END = Buffer.from('\n');

/** Nobody else's to read. */
const OWN = { mode: 0o600 } as const;

const rawFileOf = (file: string): string => `${file.replace(/\.log$/, '')}.raw.log`;

/** A log that nobody else writes to: what there is of it is looked at once, and its files stay open. */
export interface LogFiles {
  /** Adds one line; `bytes`: as it was, where that was no text. Errors: those of the file system. */
  append(line: string, bytes?: Uint8Array): void;
  close(): void;
}

export const openLog = (file: string): LogFiles => {
  const raw = rawFileOf(file);
  const opened = (path: string): number => openSync(path, 'a', OWN.mode);
  let rawTo: number | undefined = existsSync(raw) ? opened(raw) : undefined;
  const to = opened(file);
  return {
    append: (line, bytes) => {
      const safe = presentable(line);
      if (rawTo === undefined && (safe !== line || bytes !== undefined)) {
        copyFileSync(file, raw);
        rawTo = opened(raw);
      }
      if (rawTo !== undefined) appendFileSync(rawTo, Buffer.concat([bytes ?? Buffer.from(line), LINE_END]));
      appendFileSync(to, `${safe}\n`);
    },
    close: () => {
      for (const each of [to, rawTo]) if (each !== undefined) closeSync(each);
      rawTo = undefined;
    },
  };
};

/** Adds one line to a log that others may have written to since; see LogFiles. */
export const appendLog = (file: string, line: string, bytes?: Uint8Array): void => {
  const log = openLog(file);
  try {
    log.append(line, bytes);
  } finally {
    log.close();
  }
};
