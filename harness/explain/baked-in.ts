/**
 * From which event on a failure was certain: what broke had broken, and whatever came after left it so. Found from the history alone. Pure.
 */
import type { Contract } from '../contract/contract.ts';
import type { HistoryEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import type { TrialVerdict } from '../history/verdict.ts';
import { invariantsOf } from '../invariants/catalogue.ts';
import { idOfFinding } from '../verdict/finding-id.ts';
import { firstBroken } from '../verdict/first-broken.ts';
import type { Broken } from '../verdict/first-broken.ts';

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

const idOf = ({ invariant, finding }: Broken): string => idOfFinding(invariant.id, finding);

const brokenIn = (verdict: TrialVerdict, history: History): readonly Broken[] => {
  const invariants = new Map(invariantsOf(history.pipeline).map((invariant) => [invariant.id, invariant]));
  return verdict.invariants.flatMap(({ id, verdict: is, findings }) => {
    const invariant = invariants.get(id);
    return is !== 'violated' || invariant === undefined ? [] : findings.map((finding) => ({ invariant, finding }));
  });
};

/** Whoever lost a payment's event has lost what it was to bring about. */
const LOSES = 'no-event-lost';

/** One for each finding of an invariant, in the verdict's order. */
export const bakedIn = (
  verdict: TrialVerdict,
  events: readonly HistoryEvent[],
  contract: Contract,
): readonly BakedIn[] => {
  const found = brokenIn(verdict, openHistory(events));
  const byAnEvent = found.filter(({ invariant }) => invariant.byAnEvent === true);
  const firsts = firstBroken(byAnEvent, events, contract);
  const all = found.map((broken) => ({ broken, seq: firsts[byAnEvent.indexOf(broken)] }));
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
