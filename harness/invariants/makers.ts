/** Which worker's call made an allocation, or made it what it is. */
import { STUB_WRITER } from '../history/allocations.ts';
import type { Call, History } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import type { Commit } from '../history/rows.ts';
import { playedBy } from './judging.ts';

/** Calls that inserted or changed this allocation, by call id. */
export const callsThatMade = (history: History, allocationId: unknown): readonly Call[] => {
  const made = new Set(
    history
      .of('http.effect')
      .filter(
        ({ effect, allocationId: id }) => (effect === 'inserted' || effect === 'updated') && sameId(id, allocationId),
      )
      .map(({ call }) => call),
  );
  return history.calls.filter(({ request }) => made.has(request.call));
};

/** The worker whose doing the allocation is: the caller, or who plays the part when a worker wrote it itself. */
export const makerOf = (history: History, commit: Commit, allocationId: unknown): { readonly worker?: string } => {
  const callers = new Set(callsThatMade(history, allocationId).map(({ request }) => request.worker));
  const [caller] = callers;
  if (caller !== undefined && callers.size === 1) return { worker: caller };
  return commit.writer === null || commit.writer === STUB_WRITER ? playedBy(history, 'allocation-worker') : {};
};
