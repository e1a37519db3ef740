/** Where a row came from: a call of this trial, a worker, or the scenario. */
import type { Pipeline } from '../pipeline/queries.ts';
import type { HistoryEvent } from './events.ts';
import type { Commit, History } from './views.ts';
import { idOf, normalId } from './ids.ts';
import { folded } from './memo.ts';
import type { Fold } from './memo.ts';

/** Is it how what stands for a service tags the transactions in which it does what a call asked for: by the service's name? */
export const isServices = ({ services }: Pick<Pipeline, 'services'>, writer: string | null): boolean =>
  writer !== null && services.includes(writer);

/**
 * Is the transaction a worker's own, or what a service did for its call? What the scenario or somebody else wrote
 * is nobody's doing here, whose row it ever was.
 */
export const isByWorkers = ({ pipeline }: History, { writer }: Commit): boolean =>
  writer === null || isServices(pipeline, writer);

const fromCalls = folded({
  list: (history) => history.of('http.effect'),
  begin: (): Fold<HistoryEvent<'http.effect'>, ReadonlySet<string>> => {
    const facts = new Set<string>();
    return {
      facts,
      observe: ({ effect, rowId }) => {
        // A row that was only found was there before this trial's calls.
        if (rowId !== undefined && (effect === 'inserted' || effect === 'updated')) facts.add(normalId(rowId));
      },
    };
  },
});

/** Did a call of this trial make this row, or make it what it is? */
export const isFromCall = (history: History, commit: Commit, rowId: unknown): boolean => {
  const id = idOf(rowId);
  return isServices(history.pipeline, commit.writer) || (id !== undefined && fromCalls(history).has(normalId(id)));
};

/** Everything but what the scenario itself gave. */
export const isFromCallOrWorker = (history: History, commit: Commit, rowId: unknown): boolean =>
  commit.writer === null || isFromCall(history, commit, rowId);
