/** A run's folder: enough to judge it again, written as it happens, and nobody else's to read: it holds bodies, rows and logs. */
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import { jsonText } from '../base/presentable.ts';
import { FaultlineError } from '../base/errors.ts';
import { formatEvent } from '../history/file.ts';
import type { HistoryEvent } from '../history/events.ts';
import { digestOf } from '../history/seal.ts';
import type { Seal } from '../history/seal.ts';
import { openHistoryWriter } from './history-writer.ts';
import type { HistoryWriter } from './history-writer.ts';

export interface RunFolder {
  readonly dir: string;
  /** The trial's events so far; none any more once it is closed. */
  readonly events: readonly HistoryEvent[];
  /** Never throws: sources call it. What could not be written is `failure`. */
  append(event: HistoryEvent): void;
  /** Keeps an event that came after the verdict, in late.ndjson beside the history. Never throws. */
  appendLate(event: HistoryEvent): void;
  /** Writes a JSON file, whole or not at all. Errors: FaultlineError 'environment'. */
  writeJson(name: string, value: unknown): void;
  /** Why the history is not whole on disk; undefined: it is. */
  failure(): FaultlineError | undefined;
  /** The history as it is on disk by now, and the documents beside it. */
  seal(): Seal;
  /** Ends the history; late events are still kept. */
  close(): void;
}

/** Of its files. */
const OWN = { mode: 0o600 } as const;

const stamp = (now: Date): string => now.toISOString().replace(/[:.]/g, '-').replace('Z', '');

const unwritable = (where: string, error: unknown): FaultlineError =>
  new FaultlineError(
    'environment',
    `cannot write ${where}: ${(error as Error).message}`,
    'Free some space or make the folder writable, or name another one with --out DIR.',
  );

/** Makes the folder; another run, or another trial of the same millisecond, may have taken the name. */
const makeDir = (outDir: string, name: string, now: Date): string => {
  const wanted = join(outDir, `${stamp(now)}-${name}`);
  for (let i = 1; ; i += 1) {
    const dir = i === 1 ? wanted : `${wanted}-${i}`;
    try {
      mkdirSync(dir, { mode: 0o700 });
      return dir;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
};

const pointLatest = (outDir: string, dir: string): void => {
  const temporary = join(outDir, `.latest-${basename(dir)}`);
  rmSync(temporary, { force: true });
  symlinkSync(basename(dir), temporary);
  renameSync(temporary, join(outDir, 'latest'));
};

/** Makes `outDir/<time>-<scenario>/` and points `outDir/latest` to it. Errors: FaultlineError 'environment' when it cannot be written. */
export const openRunFolder = (outDir: string, scenario: string, now: Date): RunFolder => {
  let dir: string;
  let writer: HistoryWriter;
  try {
    makeFolder(outDir, 0o700);
    dir = makeDir(outDir, scenario, now);
    mkdirSync(join(dir, 'logs'), { mode: 0o700 });
    writer = openHistoryWriter(dir);
    pointLatest(outDir, dir);
  } catch (error) {
    throw unwritable(`the run folder under ${outDir}`, error);
  }
  let events: HistoryEvent[] = [];
  const documents: Record<string, string> = {};
  return {
    dir,
    get events() {
      return events;
    },
    append: (event) => {
      events.push(event);
      writer.append(event);
    },
    appendLate: (event) => {
      try {
        appendFileSync(join(dir, 'late.ndjson'), formatEvent(event), OWN);
      } catch {
        // The folder may have been removed since; the verdict is revised all the same.
      }
    },
    writeJson: (name, value) => {
      const path = join(dir, name);
      try {
        const text = `${jsonText(value, 2)}\n`;
        writeFileSync(`${path}.part`, text, OWN);
        renameSync(`${path}.part`, path);
        documents[name] = digestOf(text);
      } catch (error) {
        rmSync(`${path}.part`, { force: true });
        throw unwritable(path, error);
      }
    },
    failure: () => {
      const failure = writer.failure();
      return failure === undefined ? undefined : unwritable(`the history in ${dir}`, failure);
    },
    seal: () => ({ ...writer.seal(), documents: { ...documents } }),
    close: () => {
      writer.close();
      // Late events may come for as long as the run lasts: they must not keep every history in memory.
      events = [];
    },
  };
};
