/** Waiting until the pipeline has nothing left to do (semantics: Settled). */
import { withDeadline } from '../base/deadline.ts';
import type { EventKind, HistoryEvent } from '../history/events.ts';
import type { TrialLog } from './trial-log.ts';

export interface SettleParts {
  readonly log: Pick<TrialLog, 'events' | 'record' | 'watch' | 'lag'>;
  /** Calls at admin-service that have not ended, and rows it will still write. */
  openCalls(): number;
  /** Transactions of workers that are open in PostgreSQL. */
  openTransactions(): Promise<number>;
  barrier(): Promise<boolean>;
  /** Nothing may be recorded for so long, ms. */
  readonly quietMs: number;
}

/** Kinds that show the pipeline doing something. The rest is what the harness says and sees. */
const WORK: ReadonlySet<EventKind> = new Set<EventKind>([
  'kafka.record',
  'postgres.commit',
  'http.connected',
  'http.disconnected',
  'http.request',
  'http.response',
  'http.effect',
  'offsets.group-changed',
  'process.started',
  'process.ready',
  'process.exited',
  'wire.connected',
  'wire.refused',
]);

/** Longest time between two looks when no event asks for one: a transaction's end is no event. */
const LOOK_AGAIN_MS = 20;
/** The question takes 0.3 ms: a server that needs so long for it does not answer at all. */
const ACTIVITY_DEADLINE_MS = 10_000;

/**
 * Resolves to true when settled; false at the deadline (ms from now), with what it was waiting for in the history, or at
 * an error of the harness. A barrier that does not come back is tried again: liveness is not judged before its time.
 */
export const settle = async (parts: SettleParts, deadlineMs: number): Promise<boolean> => {
  const { quietMs } = parts;
  const { events, record, watch, lag } = parts.log;
  const start = performance.now();
  const left = (): number => deadlineMs - (performance.now() - start);
  const ended = (settled: boolean, waitingFor: readonly string[]): boolean => {
    const waitedMs = Math.round(performance.now() - start);
    record({ kind: 'trial.settled', source: 'trial', settled, waitingFor, waitedMs });
    return settled;
  };

  /** Lines that name no payment, and commits that move nothing, may go on for ever. */
  const isWork = (event: HistoryEvent): boolean => {
    if (event.kind === 'process.log') return event.correlationId !== undefined;
    if (event.kind === 'offsets.committed') return lag.lastMove() >= event.seq;
    return WORK.has(event.kind);
  };
  const workSince = (index: number): boolean => events.slice(index).some(isWork);

  const stillOpen = async (): Promise<readonly string[]> => {
    const calls = parts.openCalls();
    const known = [...lag.open(), ...(calls > 0 ? [`${calls} open calls at admin-service`] : [])];
    if (known.length > 0) return known;
    const transactions = await withDeadline(
      parts.openTransactions(),
      ACTIVITY_DEADLINE_MS,
      'counting the open transactions',
    );
    return transactions > 0 ? [`${transactions} open transactions of workers`] : [];
  };
  const again = async (waitingFor: readonly string[]): Promise<readonly string[]> => {
    // Never less than a millisecond: a wait of nothing would be a busy loop up to the deadline.
    await watch.next(Math.max(1, Math.min(LOOK_AGAIN_MS, left())));
    return waitingFor;
  };
  const barrier = async (): Promise<readonly string[]> =>
    (await parts.barrier()) ? stillOpen() : again(['a barrier to come back through every source']);

  /** What keeps the pipeline from being settled; empty: nothing does, and nothing was recorded for `quietMs`. */
  const look = async (): Promise<readonly string[]> => {
    const open = await stillOpen();
    if (open.length > 0) return again(open);
    const from = events.length;
    const first = await barrier();
    if (first.length > 0) return first;
    const quiet = ['a quiet moment'];
    if (workSince(from) || (await watch.next(quietMs, isWork))) return quiet;
    // One look can fall between a commit and what follows it, and what was sent in the quiet may be on its way.
    const second = await barrier();
    return second.length > 0 ? second : workSince(from) ? quiet : [];
  };

  let waitingFor: readonly string[] = ['the deadline was over at once'];
  while (left() > 0 && !watch.isSpoiled()) {
    waitingFor = await look();
    if (waitingFor.length > 0) continue;
    record({ kind: 'trial.quiet', source: 'trial', quietMs });
    return ended(true, []);
  }
  // Liveness is judged as it stands, which needs complete sources.
  await parts.barrier();
  return ended(false, waitingFor);
};
