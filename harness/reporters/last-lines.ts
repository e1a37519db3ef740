/** What each worker wrote last, errors first, whether or not it names a payment. Pure. */
import type { HistoryEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { logText, readLogLine } from '../history/log-line.ts';
import { shapeOfSentence } from '../verdict/finding-id.ts';
import type { Page } from './page.ts';
import { hanging } from './style.ts';

/** Lines shown of one worker. */
const MOST_ERRORS = 3;
const MOST_LINES = 5;
const LONGEST = 240;

type Log = HistoryEvent<'process.log'>;

interface Told {
  readonly event: Log;
  readonly isError: boolean;
  /** How often the worker wrote it, but for ids and numbers. */
  readonly times: number;
}

export interface LastLines {
  readonly worker: string;
  /** How it stood at the end, when it was not running as it should. */
  readonly state: string | undefined;
  readonly lines: readonly Told[];
  /** Lines it wrote and that are not shown. */
  readonly more: number;
}

/** Every line that says something of its own, told where it was written last. */
const distinct = (events: readonly Log[]): readonly Told[] => {
  const byShape = new Map<string, Told>();
  for (const event of events) {
    const { text, isError, isContinuation } = readLogLine(event.line);
    if (text === '' || isContinuation) continue;
    const shape = shapeOfSentence(text);
    const times = (byShape.get(shape)?.times ?? 0) + 1;
    byShape.delete(shape);
    byShape.set(shape, { event, isError, times });
  }
  return [...byShape.values()];
};

const latest = <T extends { readonly worker: string }>(events: readonly T[], worker: string): T | undefined =>
  events.findLast((event) => event.worker === worker);

/** What was last known of its process, where that is not that it runs. Workers may have been started by an earlier trial. */
const stateOf = (history: History, worker: string): string | undefined => {
  const started = latest(history.of('process.started'), worker)?.seq ?? 0;
  const exited = latest(history.of('process.exited'), worker);
  const seen = latest(history.of('process.seen'), worker);
  if (exited !== undefined && exited.seq > Math.max(started, seen?.alive === true ? seen.seq : 0)) {
    const how = exited.signal === null ? `exited with ${exited.code ?? '?'}` : `ended by ${exited.signal}`;
    return `${how}${exited.requested ? ', as Faultline asked' : ', by itself'}`;
  }
  if (seen === undefined || seen.seq < started || seen.state === 'running') return undefined;
  return seen.state === 'stopped' ? 'stopped (SIGSTOP)' : 'not running';
};

export const lastLinesOf = (history: History): readonly LastLines[] => {
  const logs = history.of('process.log');
  const names = [...new Set([...history.started.workers.map(({ name }) => name), ...logs.map(({ worker }) => worker)])];
  return names.map((worker) => {
    const own = logs.filter((event) => event.worker === worker);
    const told = distinct(own);
    const errors = told.filter(({ isError }) => isError).slice(-MOST_ERRORS);
    const others = told.filter((line) => !errors.includes(line)).slice(-(MOST_LINES - errors.length));
    const lines = [...errors, ...others];
    return {
      worker,
      state: stateOf(history, worker),
      lines,
      more: own.length - lines.reduce((sum, { times }) => sum + times, 0),
    };
  });
};

const lineOf = (began: number, { event, isError, times }: Told, { colours, width }: Page): readonly string[] => {
  const at = `${`+${(event.at - began).toFixed(0)} ms`.padStart(10)}`;
  const often = times === 1 ? '' : ` (${times} times)`;
  const lines = hanging(`    ${at}  `, `${logText(event.line, LONGEST)}${often} (#${event.seq})`, width);
  return isError ? lines : lines.map((line) => colours.dim(line));
};

/** Lines with a heading and an empty one at the end; none when there is no history or no worker. */
export const lastLinesSection = (events: readonly HistoryEvent[], page: Page): readonly string[] => {
  if (events[0]?.kind !== 'trial.started') return [];
  const history = openHistory(events);
  const workers = lastLinesOf(history);
  if (workers.length === 0) return [];
  const { colours } = page;
  return [
    `  ${colours.bold('Last lines of the workers')} ${colours.dim('(errors first; all of them are in logs/)')}`,
    ...workers.flatMap(({ worker, state, lines, more }) => [
      `    ${worker}${state === undefined ? '' : `: ${state}`}${lines.length === 0 ? (state === undefined ? ': wrote nothing' : '; wrote nothing') : ''}`,
      ...lines.flatMap((line) => lineOf(history.started.at, line, page)),
      ...(more > 0 ? [colours.dim(`      and ${more} ${more === 1 ? 'line' : 'lines'} more`)] : []),
    ]),
    '',
  ];
};
