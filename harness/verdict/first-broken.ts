/** From which event on something was broken, found by judging what had come until then. Pure. */
import type { Contract } from '../contract/contract.ts';
import type { HistoryEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import type { Finding } from '../history/verdict.ts';
import { checkInvariant } from '../invariants/check-all.ts';
import type { Invariant } from '../invariants/types.ts';
import { idOfFinding } from './finding-id.ts';

/** A finding of an invariant that an event breaks. */
export interface Broken {
  readonly invariant: Invariant;
  readonly finding: Finding;
}

/** What the harness says of the trial itself is how a prefix ends: as if nothing more had come. */
const endingHere = (events: readonly HistoryEvent[], seq: number): History =>
  openHistory(events.filter((event) => event.seq <= seq || event.source === 'trial'));

/** What may undo it again. */
const UNDOES: readonly HistoryEvent['kind'][] = ['offsets.committed', 'postgres.commit', 'kafka.record'];

/** Of later events at most so many are tried, evenly. */
const MOST_LATER = 100;

const some = (seqs: readonly number[]): readonly number[] => {
  const step = Math.max(1, Math.ceil(seqs.length / MOST_LATER));
  return seqs.filter((_seq, i) => i % step === 0);
};

/** The events of its evidence, and later ones that may have undone it. */
const triedFor = ({ finding: { evidence } }: Broken, events: readonly HistoryEvent[]): ReadonlySet<number> => {
  const last = Math.max(...evidence);
  const later = events.flatMap(({ seq, kind }) => (seq > last && UNDOES.includes(kind) ? [seq] : []));
  return new Set([...evidence, ...some(later)]);
};

/** What is broken in a history, each invariant asked once. */
const brokenIn = (history: History, contract: Contract): ((broken: Broken) => boolean) => {
  const asked = new Map<Invariant, readonly Finding[]>();
  const findingsOf = (invariant: Invariant): readonly Finding[] => {
    const known = asked.get(invariant);
    if (known !== undefined) return known;
    const { verdict, findings } = checkInvariant(invariant, history, contract);
    const found = verdict === 'violated' ? findings : [];
    asked.set(invariant, found);
    return found;
  };
  return ({ invariant, finding }) => {
    const id = idOfFinding(invariant.id, finding);
    return findingsOf(invariant).some(
      (other) => other.subject === finding.subject && idOfFinding(invariant.id, other) === id,
    );
  };
};

/**
 * Of each, in their order, the first event of its evidence, or a later one, from which on it stays broken; undefined: no one event
 * alone breaks it. A prefix of the history is opened once for all of them, from the latest to the earliest.
 */
export const firstBroken = (
  all: readonly Broken[],
  events: readonly HistoryEvent[],
  contract: Contract,
): readonly (number | undefined)[] => {
  const tried = all.map((broken) => triedFor(broken, events));
  const first: (number | undefined)[] = all.map(() => undefined);
  const open = new Set(all.keys());
  for (const seq of [...new Set(tried.flatMap((each) => [...each]))].sort((a, b) => b - a)) {
    const asking = [...open].filter((place) => tried[place]!.has(seq));
    if (asking.length === 0) continue;
    const isBroken = brokenIn(endingHere(events, seq), contract);
    for (const place of asking) {
      if (isBroken(all[place]!)) first[place] = seq;
      else open.delete(place);
    }
  }
  return first;
};
