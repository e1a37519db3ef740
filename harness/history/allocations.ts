/** Where an allocation came from: a call of this trial, a worker, or the scenario. */
import type { History } from './history.ts';
import { idOf, normalId } from './ids.ts';
import { perHistory } from './memo.ts';
import type { Commit } from './rows.ts';

/** How the stub of admin-service tags the transactions in which it does what a call asked for. */
export const STUB_WRITER = 'admin-service';

/**
 * Is the transaction a worker's own, or what admin-service did for its call? What the scenario or another service wrote
 * is nobody's doing here, whose row it ever was.
 */
export const isByWorkers = ({ writer }: Commit): boolean => writer === null || writer === STUB_WRITER;

const fromCalls = perHistory(
  (history) =>
    new Set(
      history.of('http.effect').flatMap(({ effect, allocationId }) =>
        // A row that was only found was there before this trial's calls.
        allocationId !== undefined && (effect === 'inserted' || effect === 'updated') ? [normalId(allocationId)] : [],
      ),
    ),
);

/** Did a call of this trial make this allocation, or make it what it is? */
export const isFromCall = (history: History, commit: Commit, allocationId: unknown): boolean => {
  const id = idOf(allocationId);
  return commit.writer === STUB_WRITER || (id !== undefined && fromCalls(history).has(normalId(id)));
};

/** Everything but what the scenario itself gave. */
export const isFromCallOrWorker = (history: History, commit: Commit, allocationId: unknown): boolean =>
  commit.writer === null || isFromCall(history, commit, allocationId);
