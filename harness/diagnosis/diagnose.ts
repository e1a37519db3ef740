import { isComplete, isLive, isUnasked } from '../history/completeness.ts';
import type { BarrierSource, Subject } from '../history/events.ts';
import type { History } from '../history/history.ts';
import { paymentsOf } from '../history/subjects.ts';
import type { Cause, CauseId } from '../history/verdict.ts';
import { CAUSES } from './catalogue.ts';
import { answerChecks } from './checks.ts';
import { factsOf } from './facts.ts';
import type { Facts } from './facts.ts';
import type { Proof } from './types.ts';

interface Found {
  readonly id: CauseId;
  readonly proof: Proof;
  readonly facts: Facts;
  /** Position in the order of repair. */
  readonly order: number;
}

/**
 * Causes that nothing tells apart stand together, where the first of them stands. One alone is not proven; but of a live system
 * not everything can be asked, and there it says what is to be looked at.
 */
const settleUndecided = (found: readonly Found[], keepsOne: boolean): readonly Found[] => {
  const isUndecided = ({ proof }: Found): boolean => proof.undecided === true;
  const undecided = found.filter(isUndecided);
  if (undecided.length < (keepsOne ? 1 : 2)) return found.filter((each) => !isUndecided(each));
  const order = Math.min(...undecided.map((each) => each.order));
  return found.map((each) => (isUndecided(each) ? { ...each, order } : each));
};

/** Sources that nobody could ask, and without which it stands. */
const standsWithout = (history: History, { restsOn, standsWithout: without = [] }: Proof): readonly BarrierSource[] =>
  restsOn.filter((source) => without.includes(source) && isUnasked(history, source));

const isProven = (history: History, proof: Proof): boolean => {
  const without = standsWithout(history, proof);
  return isComplete(history, ...proof.restsOn.filter((source) => !without.includes(source)));
};

/**
 * All answers about one payment together. A payment that is done has nothing wrong with it, and what rests on
 * a source of which something is missing is not proven.
 */
const findFor = (facts: Facts): readonly Found[] => {
  if (facts.at === 'done') return [];
  const found = CAUSES.flatMap(({ id, prove }, index): Found[] => {
    const proof = prove(facts);
    if (proof === undefined || !isProven(facts.history, proof)) return [];
    return [{ id, proof, facts, order: proof.later === true ? CAUSES.length + index : index }];
  });
  return settleUndecided(found, isLive(facts.history));
};

/** What is told in one sentence: the same cause for the same reason, equally proven. */
const storyOf = ({ id, order, proof }: Found): string =>
  JSON.stringify([
    order,
    proof.undecided === true,
    id,
    proof.story ?? proof.message,
    proof.stage.role,
    proof.consequenceOf,
    proof.writer,
  ]);

type Ranked = Cause & { readonly place: number };

const tell = (found: readonly [Found, ...Found[]], payments: number): Ranked => {
  const [{ id, order, proof, facts }, ...others] = found;
  const { message, stage, consequenceOf, undecided, writer } = proof;
  const unasked = standsWithout(facts.history, proof);
  return {
    id,
    rank: 0,
    place: 2 * order + (undecided === true ? 1 : 0),
    message: others.length === 0 ? message : `${message} (and the same for ${others.length} more)`,
    ...(consequenceOf === undefined ? {} : { consequenceOf }),
    ...(undecided === true ? { undecided } : {}),
    ...(unasked.length === 0 ? {} : { unasked }),
    ...(writer === undefined ? {} : { writer }),
    // What strikes several payments is not about one of them.
    ...(others.length === 0 || payments === 1 ? { subject: facts.subject.name } : {}),
    checks: answerChecks(facts, stage),
    checked: { subject: facts.subject.name, stage: stage.name, role: stage.role },
    evidence: [...new Set(found.flatMap((each) => each.proof.evidence))].sort((a, b) => a - b),
  };
};

/** Ranks 1, 2, … in the order of repair; causes that nothing tells apart share a rank. */
const rank = (causes: readonly Ranked[]): Cause[] => {
  const places = [...new Set(causes.map(({ place }) => place))].sort((a, b) => a - b);
  return causes
    .map(({ place, ...cause }) => ({ ...cause, rank: places.indexOf(place) + 1 }))
    .sort((a, b) => a.rank - b.rank);
};

/**
 * The root causes at a history's end, which must be the moment of observation; rank 1 is the repair that is needed
 * now. Empty when nothing is proven to be wrong. Payments of which the same is true share a cause; where the reasons
 * differ there are several of one id, each of its own payments.
 *
 * @param payments Those that are asked about; left out: all that the history is answerable for.
 */
export const diagnose = (history: History, payments: readonly Subject[] = paymentsOf(history)): Cause[] => {
  const stories = new Map<string, [Found, ...Found[]]>();
  for (const subject of payments)
    for (const each of findFor(factsOf(history, subject))) {
      const told = stories.get(storyOf(each));
      if (told === undefined) stories.set(storyOf(each), [each]);
      else told.push(each);
    }
  return rank([...stories.values()].map((found) => tell(found, payments.length)));
};
