/**
 * Writes a history while it happens. What the sources tell within some ms is written together: under load that is one call to the system for
 * many events. What the trial and its faults tell is on disk at once, with all that was before it.
 */
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { openLog } from '../base/worker-log.ts';
import type { LogFiles, LogLine } from '../base/worker-log.ts';
import { formatEvent } from '../history/file.ts';
import type { HistoryEvent } from '../history/events.ts';
import { addTo } from '../history/memo.ts';
import { createSealer } from '../history/seal.ts';
import type { Sealer } from '../history/seal.ts';

/** ms after an event: by then it is on disk. */
const WRITTEN_WITHIN_MS = 5;

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

/** Opens `history.ndjson` in the folder, and the workers' logs under `logs` as they write. Errors: those of the file system. */
export const openHistoryWriter = (dir: string): HistoryWriter => {
  const file = openSync(join(dir, 'history.ndjson'), 'w', 0o600);
  const sealer = createSealer();
  const logs = new Map<string, LogFiles>();
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
    appendFileSync(file, lines.join(''));
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
      if (event.source === 'trial' || event.source === 'fault') flush();
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
