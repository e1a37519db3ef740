/**
 * From which event on a failure was certain: what broke had broken, and whatever came after left it so. Found from the history alone. Pure.
 */
import type { Contract } from '../contract/contract.ts';
import type { HistoryEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import type { Finding, TrialVerdict } from '../history/verdict.ts';
import { invariantsOf } from '../invariants/catalogue.ts';
import { checkInvariant } from '../invariants/check-all.ts';
import type { Invariant } from '../invariants/types.ts';
import { idOfFinding } from '../verdict/finding-id.ts';

/** Why it is that event, or none. */
export type Certainty =
  /** It broke with the event. */
  | { readonly kind: 'broke'; readonly seq: number }
  /** It is missing, and what was to bring it about was lost with the event: `by` is the finding that says so. */
  | { readonly kind: 'lost'; readonly seq: number; readonly by: string }
  /** It is missing, and nothing recorded shut its way: it might have come until the trial was over. */
  | { readonly kind: 'open' }
  /** It broke, by no one event of its evidence. */
  | { readonly kind: 'together' };

export type BakedIn = Certainty & {
  /** The finding's id. */
  readonly finding: string;
  /** The payment, by its name in the scenario; undefined: the finding is of none. */
  readonly subject: string | undefined;
};

/** What the harness says of the trial itself is how a prefix ends: as if nothing more had come. */
const endingHere = (events: readonly HistoryEvent[], seq: number): History =>
  openHistory(events.filter((event) => event.seq <= seq || event.source === 'trial'));

interface Broken {
  readonly invariant: Invariant;
  readonly finding: Finding;
}

const idOf = ({ invariant, finding }: Broken): string => idOfFinding(invariant.id, finding);

const brokenIn = (verdict: TrialVerdict, history: History): readonly Broken[] => {
  const invariants = new Map(invariantsOf(history.pipeline).map((invariant) => [invariant.id, invariant]));
  return verdict.invariants.flatMap(({ id, verdict: is, findings }) => {
    const invariant = invariants.get(id);
    return is !== 'violated' || invariant === undefined ? [] : findings.map((finding) => ({ invariant, finding }));
  });
};

/** Was it broken already, had the trial ended with this event? */
const brokenAt = ({ invariant, finding }: Broken, history: History, contract: Contract): boolean => {
  const { verdict, findings } = checkInvariant(invariant, history, contract);
  const id = idOfFinding(invariant.id, finding);
  return (
    verdict === 'violated' &&
    findings.some((other) => other.subject === finding.subject && idOfFinding(invariant.id, other) === id)
  );
};

/** What may undo it again. */
const UNDOES: readonly HistoryEvent['kind'][] = ['offsets.committed', 'postgres.commit', 'kafka.record'];

/** Of later events at most so many are tried, evenly. */
const MOST_LATER = 100;

const some = (seqs: readonly number[]): readonly number[] => {
  const step = Math.max(1, Math.ceil(seqs.length / MOST_LATER));
  return seqs.filter((_seq, i) => i % step === 0);
};

/** The first event of its evidence, or a later one, from which on it stays broken; undefined: no one event alone breaks it. */
const firstOf = (broken: Broken, events: readonly HistoryEvent[], contract: Contract): number | undefined => {
  const { evidence } = broken.finding;
  const last = Math.max(...evidence);
  const later = events.flatMap(({ seq, kind }) => (seq > last && UNDOES.includes(kind) ? [seq] : []));
  const tried = [...new Set([...evidence, ...some(later)])].sort((a, b) => b - a);
  const notYet = tried.findIndex((seq) => !brokenAt(broken, endingHere(events, seq), contract));
  return (notYet === -1 ? tried : tried.slice(0, notYet)).at(-1);
};

/** Whoever lost a payment's event has lost what it was to bring about. */
const LOSES = 'no-event-lost';

/** One for each finding of an invariant, in the verdict's order. */
export const bakedIn = (
  verdict: TrialVerdict,
  events: readonly HistoryEvent[],
  contract: Contract,
): readonly BakedIn[] => {
  const all = brokenIn(verdict, openHistory(events)).map((broken) => ({
    broken,
    seq: broken.invariant.byAnEvent === true ? firstOf(broken, events, contract) : undefined,
  }));
  const lossOf = ({ finding: { subject, worker } }: Broken): Certainty | undefined => {
    const loss = all.find(
      ({ broken: { invariant, finding }, seq }) =>
        invariant.id === LOSES && seq !== undefined && finding.subject === subject && finding.worker === worker,
    );
    return loss?.seq === undefined ? undefined : { kind: 'lost', seq: loss.seq, by: idOf(loss.broken) };
  };
  const certaintyOf = (broken: Broken, seq: number | undefined): Certainty => {
    if (seq !== undefined) return { kind: 'broke', seq };
    if (broken.invariant.byAnEvent === true) return { kind: 'together' };
    return (broken.finding.subject === undefined ? undefined : lossOf(broken)) ?? { kind: 'open' };
  };
  return all.map(({ broken, seq }) => ({
    finding: idOf(broken),
    subject: broken.finding.subject,
    ...certaintyOf(broken, seq),
  }));
};
