/** A worker's output: recorded line by line as long as there is room, kept for error messages, appended to its log. */
import { createKeyHider } from '../base/private-keys.ts';
import { LINE_END, createLineReader } from '../base/line-reader.ts';
import type { LineReader, RawLine } from '../base/line-reader.ts';
import { createRedactor } from '../base/redact.ts';
import { appendLog } from '../base/worker-log.ts';
import type { RecordEvent } from '../history/events.ts';
import { count } from '../history/names.ts';
import { presentBytes, presentLine } from './lines.ts';
import type { LogBudget } from './log-budget.ts';
import { createSkim } from './skim.ts';

/** So many lines are kept in memory. */
const KEPT_LINES = 500;

export interface WorkerOutput {
  readonly stdout: LineReader;
  readonly stderr: LineReader;
  /** Records what was left out so far, with the last of it. */
  tellLeftOut(): void;
  lastLines(count: number): readonly string[];
  /** Has a line contained this text? Looks at the kept lines, and at all lines for the text that is watched. */
  hasLogged(text: string): boolean;
}

export interface OutputOptions {
  readonly worker: string;
  readonly pid: number;
  readonly record: RecordEvent;
  /** Values that must not be seen, beside what looks like a credential. */
  readonly secrets: readonly string[];
  /** Where lines are appended; asked for each line, as a worker outlives the trial it was started in. */
  readonly logFile: () => string | undefined;
  /** Correlation ids a line mentions. */
  readonly idsOf: (line: string) => readonly string[];
  /** A text remembered however long ago it was logged. */
  readonly watched: string | undefined;
  /** How much is kept. */
  readonly budget: LogBudget;
}

interface SkimmedReader extends LineReader {
  tell(): void;
  last(): readonly RawLine[];
}

/** Receives what a worker writes. A log that cannot be written is recorded as the harness's own problem, once. */
export const createOutput = (options: OutputOptions): WorkerOutput => {
  const { worker, pid, record, secrets, logFile, idsOf, watched, budget } = options;
  const redact = createRedactor(secrets);
  const redactBytes = createRedactor(secrets.map((secret) => Buffer.from(secret).toString('latin1')));
  let kept: string[] = [];
  let watchedSeen = false;
  let logFailed = false;

  const append = (line: string, bytes: Buffer | undefined): void => {
    const file = logFile();
    if (file === undefined || logFailed) return;
    try {
      appendLog(file, line, bytes);
    } catch (error) {
      logFailed = true;
      const message = `the log of ${worker} cannot be written: ${(error as Error).message}`;
      record({ kind: 'trial.harness-error', source: 'trial', message });
    }
  };

  const withoutKeys = { stdout: createKeyHider(), stderr: createKeyHider() };

  const keep = (stream: 'stdout' | 'stderr', raw: RawLine): void => {
    const line = withoutKeys[stream](presentLine(raw, redact), raw.text);
    const bytes = presentBytes(raw, redactBytes);
    kept.push(line);
    if (kept.length > 2 * KEPT_LINES) kept = kept.slice(-KEPT_LINES);
    if (watched !== undefined && raw.text.includes(watched)) watchedSeen = true;
    append(line, bytes);
    const [correlationId] = idsOf(line);
    record({
      kind: 'process.log',
      source: 'process',
      worker,
      pid,
      stream,
      line,
      ...(bytes === undefined ? {} : { bytes: bytes.toString('base64') }),
      ...(correlationId === undefined ? {} : { correlationId }),
    });
  };

  const names = (text: string): boolean =>
    idsOf(text).length > 0 || (watched !== undefined && !watchedSeen && text.includes(watched));

  const reader = (stream: 'stdout' | 'stderr'): SkimmedReader => {
    const whole = createLineReader((raw) => {
      budget.take(Buffer.byteLength(raw.text));
      keep(stream, raw);
    });
    const skim = createSkim({
      matters: names,
      keep: (raw) => {
        // The line that tells of its being ready names no payment.
        const ids = idsOf(raw.text);
        if (ids.length > 0 && !budget.takeNaming(ids)) return false;
        keep(stream, raw);
        return true;
      },
    });
    let skimming = false;
    let inLine = false;
    const tell = (): void => {
      const left = skim.take();
      if (left === undefined) return;
      const what = `${count(left.lines, 'line')} (${Math.ceil(left.bytes / 1024)} kB)`;
      keep(stream, {
        text: `… ${what} of its output left out here: it wrote more than is kept; the last of it:`,
        dropped: 0,
      });
      for (const raw of left.last) keep(stream, raw);
    };
    return {
      write: (bytes) => {
        const room = budget.hasRoom();
        // A line ends where it was begun: of a credential that is cut neither half would be known for one.
        const own = inLine && room === skimming ? bytes.indexOf(LINE_END) + 1 || bytes.length : 0;
        if (own > 0) (skimming ? skim : whole).write(bytes.subarray(0, own));
        inLine = bytes.length === 0 ? inLine : bytes.at(-1) !== LINE_END;
        if (own > 0 && own === bytes.length) return;
        skimming = !room;
        (skimming ? skim : whole).write(bytes.subarray(own));
      },
      end: () => {
        whole.end();
        skim.end();
        tell();
      },
      tell,
      last: skim.last,
    };
  };

  const streams = { stdout: reader('stdout'), stderr: reader('stderr') };
  const lastLines = (): readonly string[] => [
    ...kept,
    ...[streams.stdout, streams.stderr].flatMap(({ last }) => {
      const withoutKey = createKeyHider();
      return last().map((raw) => withoutKey(presentLine(raw, redact), raw.text));
    }),
  ];
  return {
    ...streams,
    tellLeftOut: () => {
      streams.stdout.tell();
      streams.stderr.tell();
    },
    lastLines: (wanted) => (wanted <= 0 ? [] : lastLines().slice(-Math.min(wanted, KEPT_LINES))),
    hasLogged: (text) => (text === watched && watchedSeen) || kept.some((line) => line.includes(text)),
  };
};
