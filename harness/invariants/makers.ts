/** Which worker made a row, itself or by its call, or made it what it is. */
import { isByWorkers } from '../history/allocations.ts';
import type { Call, History } from '../history/history.ts';
import { idOf, normalId } from '../history/ids.ts';
import { addTo, perHistory } from '../history/memo.ts';
import type { Commit } from '../history/rows.ts';
import type { Effecting } from '../pipeline/queries.ts';
import { playedBy } from './judging.ts';

const byRow = perHistory((history) => {
  const made = new Map<string, Set<number>>();
  for (const { effect, rowId, call } of history.of('http.effect')) {
    if (rowId === undefined || (effect !== 'inserted' && effect !== 'updated')) continue;
    const calls = made.get(normalId(rowId)) ?? new Set<number>();
    made.set(normalId(rowId), calls.add(call));
  }
  return made;
});

const callsByNumber = perHistory((history) => {
  const calls = new Map<number, Call[]>();
  for (const call of history.calls) addTo(calls, call.request.call, call);
  return calls;
});

/** Calls that inserted or changed this row, by call id. */
export const callsThatMade = (history: History, rowId: unknown): readonly Call[] => {
  const id = idOf(rowId);
  const numbers = id === undefined ? [] : [...(byRow(history).get(normalId(id)) ?? [])];
  return numbers
    .flatMap((number) => callsByNumber(history).get(number) ?? [])
    .sort((a, b) => a.request.seq - b.request.seq);
};

/** The worker whose doing the row is: the caller, or who plays the part when a worker wrote it itself. */
export const makerOf = (
  history: History,
  { role, stage, name }: Effecting,
  commit: Commit,
  rowId: unknown,
): { readonly worker?: string } => {
  const isOneOfSeveral = history.pipeline.makersOf(name).length > 1;
  if (!history.pipeline.isMadeByService(stage) && !isOneOfSeveral) return playedBy(history, role);
  const callers = new Set(callsThatMade(history, rowId).map(({ request }) => request.worker));
  const [caller] = callers;
  if (caller !== undefined && callers.size === 1) return { worker: caller };
  if (isOneOfSeveral) return {};
  return isByWorkers(history, commit) ? playedBy(history, role) : {};
};
