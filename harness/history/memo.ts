/**
 * Views of a history, computed once. A history may still grow while its trial runs: a view of the whole is computed anew when it has,
 * and facts that are told item by item are only told what is new.
 */
import type { History } from './views.ts';

let places = 0;

/** A place of its own among what is kept with each history. */
const placeIn = <T>(): { get(history: History): T | undefined; set(history: History, value: T): T } => {
  const place = places;
  places += 1;
  return {
    get: (history) => history.kept[place] as T | undefined,
    set: (history, value) => {
      history.kept[place] = value;
      return value;
    },
  };
};

/** Computes a view of a history once for as long as nothing is added to it. Pure: nothing but the history decides. */
export const perHistory = <T>(compute: (history: History) => T): ((history: History) => T) => {
  const known = placeIn<{ readonly value: T; readonly length: number }>();
  return (history) => {
    const { length } = history.events;
    const entry = known.get(history);
    return (entry?.length === length ? entry : known.set(history, { value: compute(history), length })).value;
  };
};

/** What is made once for a history, however it grows. */
export const keptWith = <T extends object>(make: (history: History) => T): ((history: History) => T) => {
  const known = placeIn<T>();
  return (history) => known.get(history) ?? known.set(history, make(history));
};

/** A view that rests on something besides, which is one and the same for many histories, computed once as well. */
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

/** Facts, and how they take in what comes next. */
export interface Fold<T, F> {
  readonly facts: F;
  observe(item: T): void;
}

/** A list that items are only ever added to is folded on from where it was; another list, or another basis, from its beginning. */
export const refolding = <T, F>(): ((list: readonly T[], basis: unknown, begin: () => Fold<T, F>) => F) => {
  let state:
    { readonly list: readonly T[]; readonly basis: unknown; readonly fold: Fold<T, F>; next: number } | undefined;
  return (list, basis, begin) => {
    if (state?.list !== list || state.basis !== basis) state = { list, basis, fold: begin(), next: 0 };
    for (; state.next < list.length; state.next += 1) state.fold.observe(list[state.next] as T);
    return state.fold.facts;
  };
};

/**
 * Facts that are folded from one of a history's lists, each item once. `basis`: what past items were read by; where that is another
 * one, they are read again.
 */
export const folded = <T, F>(parts: {
  readonly list: (history: History) => readonly T[];
  readonly basis?: (history: History) => unknown;
  readonly begin: (history: History) => Fold<T, F>;
}): ((history: History) => F) => {
  const known = placeIn<{ readonly fold: ReturnType<typeof refolding<T, F>>; length: number; facts?: F }>();
  return (history) => {
    const entry = known.get(history) ?? known.set(history, { fold: refolding(), length: -1 });
    const { length } = history.events;
    // Most who ask find nothing new.
    if (entry.length === length) return entry.facts as F;
    const facts = entry.fold(parts.list(history), parts.basis?.(history), () => parts.begin(history));
    entry.facts = facts;
    entry.length = length;
    return facts;
  };
};

/** The same for each of a few lists, folded once somebody asks for it. `K`: what tells them apart. */
export const foldedFor = <K, T, F>(parts: {
  readonly list: (history: History, of: K) => readonly T[];
  readonly begin: (history: History, of: K) => Fold<T, F>;
}): ((history: History, of: K) => F) => {
  const known = new Map<K, (history: History) => F>();
  return (history, of) => {
    const fold = orNew(known, of, () =>
      folded({ list: (each) => parts.list(each, of), begin: (each) => parts.begin(each, of) }),
    );
    return fold(history);
  };
};

/** Facts of one list that are told item by item. */
export const reading = <T, F>(
  list: () => readonly T[],
  begin: () => Fold<T, F>,
  basis: () => unknown = () => undefined,
): (() => F) => {
  const fold = refolding<T, F>();
  return () => fold(list(), basis(), begin);
};

/** What of the items is kept, as it is read. */
export const collecting = <T, R>(keep: (item: T) => R | undefined): Fold<T, R[]> => {
  const facts: R[] = [];
  return {
    facts,
    observe: (item) => {
      const kept = keep(item);
      if (kept !== undefined) facts.push(kept);
    },
  };
};

/** Adds to the list that a map holds under a key. */
export const addTo = <K, V>(lists: Map<K, V[]>, key: K, value: V): void => {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
};

/** What a map holds under a key, made when it holds nothing. */
export const orNew = <K, V>(values: Map<K, V>, key: K, make: () => V): V => {
  let value = values.get(key);
  if (value === undefined) values.set(key, (value = make()));
  return value;
};
