/** Known findings: what somebody has answered for, where, and until when. Pure. */
import { findingsOfRun, findingsOfTrial } from './findings.ts';
import type { FindingGroup, JudgedTrial } from './findings.ts';

export interface KnownFinding {
  /** Its id. */
  readonly finding: string;
  /** Names of scenarios, or `*` for all. Elsewhere the finding is new. */
  readonly scenarios: readonly string[];
  /** Names of worker sets; left out: all. With others the finding is new. */
  readonly workers?: readonly string[];
  /** Who answers for it. */
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it is known, `2026-12-31`. */
  readonly until: string;
}

/** `new`: nobody has answered for it; `expired`: somebody had, and the date is over. */
export type FindingState = 'new' | 'known' | 'expired';

/** What a run's findings are held against. */
export interface Acceptance {
  readonly known: readonly KnownFinding[];
  /** The day of the run, `2026-11-26`. */
  readonly today: string;
}

export const NOTHING_KNOWN: Acceptance = { known: [], today: '' };

/** The day in UTC, so that a run is the same wherever it runs. */
export const dayOf = (now: Date): string => now.toISOString().slice(0, 10);

/** The entries that say something of each of these worker sets. */
export const knownOf = (known: readonly KnownFinding[], sets: readonly string[]): readonly KnownFinding[] =>
  known.filter(({ workers }) => workers === undefined || sets.every((set) => workers.includes(set)));

const covers = (entry: KnownFinding, id: string, scenario: string): boolean =>
  entry.finding === id && (entry.scenarios.includes('*') || entry.scenarios.includes(scenario));

const isOver = ({ until }: KnownFinding, today: string): boolean => until < today;

/** The entry that answers for a finding in a scenario: one that still holds before one that is over. */
export const answerFor = (
  { known, today }: Acceptance,
  id: string,
  scenario: string,
): { readonly state: FindingState; readonly entry: KnownFinding | undefined } => {
  const own = known.filter((entry) => covers(entry, id, scenario));
  const holding = own.find((entry) => !isOver(entry, today));
  const entry = holding ?? own.toSorted((a, b) => (a.until < b.until ? 1 : -1))[0];
  return { state: holding !== undefined ? 'known' : entry === undefined ? 'new' : 'expired', entry };
};

/**
 * How a trial counts: `known` when it failed, and all that is wrong with it is known. What is unknown or undecided stays so,
 * whatever has been accepted.
 */
export type Standing = 'passed' | 'failed' | 'unknown' | 'known';

/** Which findings of a trial count as its own, by whatever they are held against. */
export type IsExcused = (id: string, scenario: string) => boolean;

export const standingOf = ({ name, verdict }: JudgedTrial, isExcused: IsExcused): Standing => {
  if (verdict.outcome !== 'failed') return verdict.outcome;
  const findings = findingsOfTrial(verdict);
  if (findings.length === 0 || !findings.every(({ id }) => isExcused(id, name))) return 'failed';
  // Beside what is known something could not be decided: that is not known.
  return verdict.unknown.length > 0 ? 'unknown' : 'known';
};

/** A finding of a run, and what is known of it. */
export interface ReviewedFinding<T extends JudgedTrial = JudgedTrial> extends FindingGroup<T> {
  /** Of all its scenarios together: new in one is new. */
  readonly state: FindingState;
  /** Scenarios in which it is not known, or not any more. */
  readonly open: readonly string[];
  /** Who answers for it, where somebody does. */
  readonly entries: readonly KnownFinding[];
}

const ORDER: readonly FindingState[] = ['new', 'expired', 'known'];

export const review = <T extends JudgedTrial>(
  trials: readonly T[],
  acceptance: Acceptance,
): readonly ReviewedFinding<T>[] => {
  const reviewed = findingsOfRun(trials).map((group): ReviewedFinding<T> => {
    const answers = group.scenarios.map((scenario) => ({ scenario, ...answerFor(acceptance, group.id, scenario) }));
    return {
      ...group,
      state: ORDER.find((state) => answers.some((answer) => answer.state === state)) ?? 'new',
      open: answers.flatMap(({ state, scenario }) => (state === 'known' ? [] : [scenario])),
      entries: [...new Set(answers.flatMap(({ entry }) => entry ?? []))],
    };
  });
  return reviewed.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
};

export interface Unseen {
  readonly entry: KnownFinding;
  /** Scenarios for which it is known, that ran, were decided, and did not show it. */
  readonly scenarios: readonly string[];
}

/**
 * Entries that were not seen any more although their scenarios ran. Those for all scenarios only where `whole`: a run of some of
 * them says nothing of the others.
 */
export const notSeen = (trials: readonly JudgedTrial[], { known }: Acceptance, whole: boolean): readonly Unseen[] =>
  known.flatMap((entry): Unseen[] => {
    const own = trials.filter(({ name }) => entry.scenarios.includes(name) || (whole && entry.scenarios.includes('*')));
    const decided = own.length > 0 && own.every(({ verdict }) => verdict.outcome !== 'unknown');
    const seen = trials.some(
      ({ name, verdict }) =>
        covers(entry, entry.finding, name) && findingsOfTrial(verdict).some(({ id }) => id === entry.finding),
    );
    return decided && !seen ? [{ entry, scenarios: [...new Set(own.map(({ name }) => name))] }] : [];
  });
