/** Which worker made a row, itself or by its call, or made it what it is. */
import { isByWorkers } from '../history/allocations.ts';
import type { Call, History } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import type { Commit } from '../history/rows.ts';
import type { Effecting } from '../pipeline/queries.ts';
import { playedBy } from './judging.ts';

/** Calls that inserted or changed this row, by call id. */
export const callsThatMade = (history: History, rowId: unknown): readonly Call[] => {
  const made = new Set(
    history
      .of('http.effect')
      .filter(({ effect, allocationId: id }) => (effect === 'inserted' || effect === 'updated') && sameId(id, rowId))
      .map(({ call }) => call),
  );
  return history.calls.filter(({ request }) => made.has(request.call));
};

/** The worker whose doing the row is: the caller, or who plays the part when a worker wrote it itself. */
export const makerOf = (
  history: History,
  { role, stage, name }: Effecting,
  commit: Commit,
  rowId: unknown,
): { readonly worker?: string } => {
  const isOneOfSeveral = history.pipeline.makersOf(name).length > 1;
  if (stage.calls === undefined && !isOneOfSeveral) return playedBy(history, role);
  const callers = new Set(callsThatMade(history, rowId).map(({ request }) => request.worker));
  const [caller] = callers;
  if (caller !== undefined && callers.size === 1) return { worker: caller };
  if (isOneOfSeveral) return {};
  return isByWorkers(history, commit) ? playedBy(history, role) : {};
};
