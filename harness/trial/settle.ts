/** Waiting until the pipeline has nothing left to do (docs: semantics, "Settled"). */
import type { HistoryEvent, RecordEvent } from '../history/events.ts';
import type { Lag } from './lag.ts';
import type { Watch } from './watch.ts';

export interface SettleParts {
  readonly events: readonly HistoryEvent[];
  readonly record: RecordEvent;
  readonly watch: Watch;
  readonly lag: Lag;
  /** Calls at admin-service that have not ended, and rows it will still write. */
  openCalls(): number;
  /** Transactions of workers that are open in PostgreSQL. */
  openTransactions(): Promise<number>;
  barrier(): Promise<boolean>;
  readonly quietMs: number;
}

/** Does this event show that the pipeline did something? Log lines and heartbeats do not. */
const isWork = (event: HistoryEvent): boolean => {
  switch (event.kind) {
    case 'kafka.record':
    case 'postgres.commit':
    case 'http.request':
    case 'http.response':
    case 'http.effect':
    case 'process.exited':
    case 'process.ready':
      return true;
    // A client may commit unchanged offsets for ever; what moved is seen by `lag`.
    default:
      return false;
  }
};

/** Longest time between two looks when no event asks for one: a transaction's end is no event. */
const LOOK_AGAIN_MS = 20;

/** Resolves to true when settled; false at the deadline (ms from now), with what it was waiting for in the history. */
export const settle = async (parts: SettleParts, deadlineMs: number): Promise<boolean> => {
  const { events, record, watch, lag, quietMs } = parts;
  const start = performance.now();
  const left = (): number => deadlineMs - (performance.now() - start);
  const waitedMs = (): number => Math.round(performance.now() - start);
  let waitingFor: readonly string[] = [];

  const workSince = (index: number): boolean => events.slice(index).some(isWork);
  const stillOpen = async (): Promise<readonly string[]> => {
    const calls = parts.openCalls();
    const local = [...lag.open(), ...(calls > 0 ? [`${calls} open calls at admin-service`] : [])];
    if (local.length > 0) return local;
    const transactions = await parts.openTransactions();
    return transactions > 0 ? [`${transactions} open transactions of workers`] : [];
  };

  while (left() > 0) {
    waitingFor = await stillOpen();
    if (waitingFor.length > 0) {
      await watch.next(Math.min(LOOK_AGAIN_MS, left()));
      continue;
    }
    const from = events.length;
    waitingFor = ['a barrier'];
    if (!(await parts.barrier())) break;
    waitingFor = ['a quiet moment'];
    if (workSince(from) || (await stillOpen()).length > 0) continue;
    if (await watch.next(quietMs, isWork)) continue;
    // One look can fall between a commit and what follows it: both are read again.
    if (!(await parts.barrier())) break;
    waitingFor = await stillOpen();
    if (workSince(from) || waitingFor.length > 0) continue;
    record({ kind: 'trial.quiet', source: 'trial', quietMs });
    record({ kind: 'trial.settled', source: 'trial', settled: true, waitingFor: [], waitedMs: waitedMs() });
    return true;
  }
  // Liveness is judged as it stands, which needs complete sources.
  await parts.barrier();
  record({ kind: 'trial.settled', source: 'trial', settled: false, waitingFor, waitedMs: waitedMs() });
  return false;
};
