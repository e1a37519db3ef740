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

/** The same for a view that rests on something besides, which is one and the same for many histories. */
export const perHistoryAnd = <K extends object, T>(
  compute: (history: History, by: K) => T,
): ((history: History, by: K) => T) => {
  const known = new WeakMap<K, (history: History) => T>();
  return (history, by) => {
    let view = known.get(by);
    if (view === undefined) known.set(by, (view = perHistory((each) => compute(each, by))));
    return view(history);
  };
};
