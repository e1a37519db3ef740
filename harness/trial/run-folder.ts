/** A run's folder: enough to judge it again, written as it happens. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { formatEvent } from '../history/file.ts';
import type { HistoryEvent } from '../history/events.ts';

export interface RunFolder {
  readonly dir: string;
  /** The trial's events so far. */
  readonly events: readonly HistoryEvent[];
  append(event: HistoryEvent): void;
  /** Keeps an event that came after the verdict, in late.ndjson beside the history. */
  appendLate(event: HistoryEvent): void;
  /** Writes a JSON file, whole or not at all. */
  writeJson(name: string, value: unknown): void;
  /** Ends the history; late events are still kept. */
  close(): void;
}

const stamp = (now: Date): string => now.toISOString().replace(/[:.]/g, '-').replace('Z', '');

const freshDir = (outDir: string, name: string, now: Date): string => {
  const wanted = join(outDir, `${stamp(now)}-${name}`);
  for (let i = 1; ; i += 1) {
    const dir = i === 1 ? wanted : `${wanted}-${i}`;
    if (!existsSync(dir)) return dir;
  }
};

const pointLatest = (outDir: string, dir: string): void => {
  const link = join(outDir, 'latest');
  const temporary = `${link}.${process.pid}`;
  rmSync(temporary, { force: true });
  symlinkSync(basename(dir), temporary);
  renameSync(temporary, link);
};

/** Makes `outDir/<time>-<scenario>/` and points `outDir/latest` to it. Errors: FaultlineError 'environment' when it cannot be written. */
export const openRunFolder = (outDir: string, scenario: string, now: Date): RunFolder => {
  let dir: string;
  let file: number;
  try {
    mkdirSync(outDir, { recursive: true });
    dir = freshDir(outDir, scenario, now);
    mkdirSync(join(dir, 'logs'), { recursive: true });
    file = openSync(join(dir, 'history.ndjson'), 'w');
    pointLatest(outDir, dir);
  } catch (error) {
    throw new FaultlineError(
      'environment',
      `cannot write the run folder under ${outDir}: ${(error as Error).message}`,
      'Free some space or make the folder writable, or name another one with --out DIR.',
    );
  }
  const events: HistoryEvent[] = [];
  let open = true;
  return {
    dir,
    events,
    append: (event) => {
      events.push(event);
      writeSync(file, formatEvent(event));
      if (event.kind === 'process.log')
        appendFileSync(join(dir, 'logs', `${event.worker}.log`), `${event.line}\n`);
    },
    appendLate: (event) => appendFileSync(join(dir, 'late.ndjson'), formatEvent(event)),
    writeJson: (name, value) => {
      const path = join(dir, name);
      writeFileSync(`${path}.part`, `${JSON.stringify(value, null, 2)}\n`);
      renameSync(`${path}.part`, path);
    },
    close: () => {
      if (open) closeSync(file);
      open = false;
    },
  };
};
