import type { History } from './history.ts';

/** Computes a view of a history once, however often it is asked for. Histories never change, so this stays pure. */
export const perHistory = <T>(compute: (history: History) => T): ((history: History) => T) => {
  const known = new WeakMap<History, { readonly value: T }>();
  return (history) => {
    let entry = known.get(history);
    if (entry === undefined) known.set(history, (entry = { value: compute(history) }));
    return entry.value;
  };
};
