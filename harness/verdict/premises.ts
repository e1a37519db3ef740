/** What a run is held against: what is known, and an earlier run. Decides what is red. Pure. */
import { isInBase } from './against.ts';
import type { Base } from './against.ts';
import type { JudgedTrial } from './findings.ts';
import { NOTHING_KNOWN, answerFor, standingOf } from './known.ts';
import type { Acceptance, IsExcused, Standing } from './known.ts';

export interface Premises {
  readonly acceptance: Acceptance;
  /** The run given by --against: what it shows already is not red. */
  readonly base: Base | undefined;
  /** All scenarios were asked for: what was not seen is nowhere. */
  readonly whole: boolean;
}

export const NO_PREMISES: Premises = { acceptance: NOTHING_KNOWN, base: undefined, whole: false };

const excusedBy =
  ({ acceptance, base }: Premises): IsExcused =>
  (id, scenario) =>
    answerFor(acceptance, id, scenario).state === 'known' || (base !== undefined && isInBase(base, id, scenario));

/** How a trial counts in this run. */
export const standingIn = (premises: Premises, trial: JudgedTrial): Standing => standingOf(trial, excusedBy(premises));

export type Standings = Readonly<Record<Standing, number>>;

export const countStandings = (standings: readonly Standing[]): Standings => {
  const count = (standing: Standing): number => standings.filter((one) => one === standing).length;
  return { passed: count('passed'), failed: count('failed'), unknown: count('unknown'), known: count('known') };
};
