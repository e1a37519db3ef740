/** What a process had said of an event when it ended, so that the words of one can be held against another's. Pure. */
import type { HistoryEvent } from './events.ts';
import type { History } from './history.ts';
import { mentions } from './ids.ts';

/** What differs from process to process whatever happens: times and pids. Any other number may count attempts. */
const TIMES_OF_DAY = /(?:\d{4}-\d{2}-\d{2}[T ])?\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?/g;
const EPOCH_MS = /\b1\d{12}(?:\.\d+)?\b/g;

/** Lines of the process that name one of the ids; empty: there is none. */
export const saidBefore = (history: History, exit: HistoryEvent<'process.exited'>, ids: readonly string[]): string => {
  const ownPid = new RegExp(`\\b${exit.pid}\\b`, 'g');
  return history
    .of('process.log')
    .filter(
      ({ worker, pid, line }) => worker === exit.worker && pid === exit.pid && ids.some((id) => mentions(line, id)),
    )
    .map(({ line }) => line.replace(TIMES_OF_DAY, '(time)').replace(EPOCH_MS, '(time)').replace(ownPid, '(pid)'))
    .join(' | ');
};
