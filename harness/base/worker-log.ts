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

/** `bytes`: the line as it was, where that was no text. */
export interface LogLine {
  readonly line: string;
  readonly bytes?: Uint8Array | undefined;
}

/** A log that nobody else writes to: what there is of it is looked at once, and its files stay open. */
export interface LogFiles {
  /** Adds lines. Errors: those of the file system. */
  append(lines: readonly LogLine[]): void;
  close(): void;
}

export const openLog = (file: string): LogFiles => {
  const raw = rawFileOf(file);
  const opened = (path: string): number => openSync(path, 'a', OWN.mode);
  let rawTo: number | undefined = existsSync(raw) ? opened(raw) : undefined;
  const to = opened(file);
  const append = (safe: readonly string[]): void => {
    if (safe.length > 0) appendFileSync(to, safe.map((line) => `${line}\n`).join(''));
  };
  const appendRaw = (lines: readonly LogLine[], where: number): void =>
    appendFileSync(where, Buffer.concat(lines.flatMap(({ line, bytes }) => [bytes ?? Buffer.from(line), LINE_END])));
  return {
    append: (lines) => {
      const safe = lines.map(({ line }) => presentable(line));
      const changed = lines.findIndex(({ line, bytes }, i) => bytes !== undefined || line !== safe[i]);
      let from = 0;
      if (rawTo === undefined && changed !== -1) {
        from = changed;
        append(safe.slice(0, from));
        copyFileSync(file, raw);
        rawTo = opened(raw);
      }
      if (rawTo !== undefined) appendRaw(lines.slice(from), rawTo);
      append(safe.slice(from));
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
    log.append([{ line, bytes }]);
  } finally {
    log.close();
  }
};
