/** A worker's output: recorded line by line, kept for error messages, appended to its log. */
import { appendLog } from '../base/worker-log.ts';
import type { RecordEvent } from '../history/events.ts';
import { createLineReader, presentLine } from './lines.ts';
import type { LineReader } from './lines.ts';

/** So many lines are kept in memory. */
const KEPT_LINES = 500;

export interface WorkerOutput {
  readonly stdout: LineReader;
  readonly stderr: LineReader;
  lastLines(count: number): readonly string[];
  /** Has a line contained this text? Looks at the kept lines, and at all lines for the text that is watched. */
  hasLogged(text: string): boolean;
}

export interface OutputOptions {
  readonly worker: string;
  readonly pid: number;
  readonly record: RecordEvent;
  readonly redact: (text: string) => string;
  /** Where lines are appended; asked for each line, as a worker outlives the trial it was started in. */
  readonly logFile: () => string | undefined;
  /** Correlation ids a line mentions. */
  readonly idsOf: (line: string) => readonly string[];
  /** A text remembered however long ago it was logged. */
  readonly watched: string | undefined;
}

/** Receives what a worker writes. A log that cannot be written is recorded as the harness's own problem, once. */
export const createOutput = (options: OutputOptions): WorkerOutput => {
  const { worker, pid, record, redact, logFile, idsOf, watched } = options;
  let kept: string[] = [];
  let watchedSeen = false;
  let logFailed = false;

  const append = (line: string): void => {
    const file = logFile();
    if (file === undefined || logFailed) return;
    try {
      appendLog(file, line);
    } catch (error) {
      logFailed = true;
      const message = `the log of ${worker} cannot be written: ${(error as Error).message}`;
      record({ kind: 'trial.harness-error', source: 'trial', message });
    }
  };

  const reader = (stream: 'stdout' | 'stderr'): LineReader =>
    createLineReader((raw) => {
      const line = presentLine(raw, redact);
      kept.push(line);
      if (kept.length > 2 * KEPT_LINES) kept = kept.slice(-KEPT_LINES);
      if (watched !== undefined && raw.text.includes(watched)) watchedSeen = true;
      append(line);
      const [correlationId] = idsOf(line);
      record({
        kind: 'process.log',
        source: 'process',
        worker,
        pid,
        stream,
        line,
        ...(correlationId === undefined ? {} : { correlationId }),
      });
    });

  return {
    stdout: reader('stdout'),
    stderr: reader('stderr'),
    lastLines: (count) => (count <= 0 ? [] : kept.slice(-Math.min(count, KEPT_LINES))),
    hasLogged: (text) => (text === watched && watchedSeen) || kept.some((line) => line.includes(text)),
  };
};
