/**
 * Writes a history while it happens. What the sources tell within some ms is written together: under load that is one call to the system for
 * many events. What the trial, its faults and the harness itself tell is on disk at once, with all that was before it, and so are the
 * starts and exits of processes.
 */
import { appendFileSync, closeSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { openLog } from '../base/worker-log.ts';
import type { LogFiles, LogLine } from '../base/worker-log.ts';
import { formatEvent } from '../history/file.ts';
import type { HistoryEvent } from '../history/events.ts';
import { addTo } from '../history/memo.ts';
import { createSealer } from '../history/seal.ts';
import type { Sealer } from '../history/seal.ts';

/** ms after an event: by then it is on disk, as soon as the event loop turns or another event comes. */
const WRITTEN_WITHIN_MS = 5;

/** Is it to be known also of a harness that is killed the moment after? Not that a record was produced: there are many, and Kafka has it. */
const isUrgent = ({ source, kind }: HistoryEvent): boolean =>
  source === 'trial' ||
  source === 'fault' ||
  (source === 'harness' && kind !== 'kafka.produced') ||
  kind === 'process.started' ||
  kind === 'process.exited';

export interface HistoryWriter {
  /** Never throws: sources call it. */
  append(event: HistoryEvent): void;
  /** Why it is not whole on disk; undefined: it is, with all that was appended. */
  failure(): Error | undefined;
  /** The history as it is on disk by now. */
  seal: Sealer['seal'];
  /** Ends it. Safe to call twice. */
  close(): void;
}

const logLineOf = ({ line, bytes }: HistoryEvent<'process.log'>): LogLine =>
  bytes === undefined ? { line } : { line, bytes: Buffer.from(bytes, 'base64') };

/** Adds bytes to an open file. Errors: those of the file system; some of the bytes may be in it then. */
type Append = (file: number, bytes: Uint8Array) => void;

/** Opens `history.ndjson` in the folder, and the workers' logs under `logs` as they write. Errors: those of the file system. */
export const openHistoryWriter = (dir: string, appendTo: Append = appendFileSync): HistoryWriter => {
  const file = openSync(join(dir, 'history.ndjson'), 'w', 0o600);
  const sealer = createSealer();
  const logs = new Map<string, LogFiles>();
  /** Bytes of whole lines in it. */
  let length = 0;
  let failure: Error | undefined;
  let open = true;
  let unwritten: HistoryEvent[] = [];
  let due: NodeJS.Timeout | undefined;

  const logOf = (worker: string): LogFiles => {
    let log = logs.get(worker);
    if (log === undefined) logs.set(worker, (log = openLog(join(dir, 'logs', `${worker}.log`))));
    return log;
  };

  const write = (events: readonly HistoryEvent[]): void => {
    const lines = events.map(formatEvent);
    const bytes = Buffer.from(lines.join(''));
    try {
      appendTo(file, bytes);
    } catch (error) {
      // No half a line stays, by which the whole could not be read: to make a file shorter takes no space.
      ftruncateSync(file, length);
      throw error;
    }
    length += bytes.length;
    for (const line of lines) sealer.add(line);
    const logged = new Map<string, LogLine[]>();
    for (const event of events) if (event.kind === 'process.log') addTo(logged, event.worker, logLineOf(event));
    for (const [worker, each] of logged) logOf(worker).append(each);
  };

  const flush = (): void => {
    clearTimeout(due);
    due = undefined;
    const events = unwritten;
    unwritten = [];
    if (failure !== undefined || events.length === 0) return;
    try {
      write(events);
    } catch (error) {
      failure = error as Error;
    }
  };

  return {
    append: (event) => {
      if (!open) return;
      unwritten.push(event);
      const waited = event.at - (unwritten[0]?.at ?? event.at);
      if (isUrgent(event) || waited > WRITTEN_WITHIN_MS) flush();
      else due ??= setTimeout(flush, WRITTEN_WITHIN_MS);
    },
    failure: () => {
      flush();
      return failure;
    },
    seal: () => {
      flush();
      return sealer.seal();
    },
    close: () => {
      if (!open) return;
      flush();
      open = false;
      closeSync(file);
      for (const log of logs.values()) log.close();
    },
  };
};
