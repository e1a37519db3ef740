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

/** All answers about one payment together. A payment that has its allocation has nothing wrong with it. */
const findFor = (facts: Facts): readonly Found[] => {
  if (facts.stage === 'done') return [];
  return CAUSES.flatMap(({ id, prove }, index): Found[] => {
    const proof = prove(facts);
    return proof === undefined
      ? []
      : [{ id, proof, facts, order: proof.later === true ? CAUSES.length + index : index }];
  });
};

/** One entry for each cause, told of the payment for which it matters most. */
const merge = (found: readonly Found[], payments: number): Ranked => {
  const [first, ...others] = [...found].sort((a, b) => a.order - b.order);
  if (first === undefined) throw new Error('a cause without a payment');
  const { proof, facts } = first;
  const { consequenceOf } = proof;
  return {
    id: first.id,
    rank: 0,
    order: first.order,
    message: others.length === 0 ? proof.message : `${proof.message} (and the same for ${others.length} more)`,
    ...(consequenceOf !== undefined && found.every((each) => each.proof.consequenceOf === consequenceOf)
      ? { consequenceOf }
      : {}),
    ...(found.every((each) => each.proof.undecided === true) ? { undecided: true } : {}),
    ...(proof.writer === undefined ? {} : { writer: proof.writer }),
    // What strikes every payment is not about one of them.
    ...(others.length === 0 || payments === 1 ? { subject: facts.subject.name } : {}),
    checks: answerChecks(facts),
    evidence: [...new Set(found.flatMap((each) => each.proof.evidence))].sort((a, b) => a - b),
  };
};

type Ranked = Cause & { readonly order: number };

/** Causes that nothing tells apart stand together, where the first of them stands. One alone is not proven. */
const settleUndecided = (causes: readonly Ranked[]): readonly Ranked[] => {
  const undecided = causes.filter((cause) => cause.undecided === true);
  if (undecided.length === 1) return causes.filter((cause) => cause.undecided !== true);
  const order = Math.min(...undecided.map((cause) => cause.order));
  return causes.map((cause) => (cause.undecided === true ? { ...cause, order } : cause));
};

/** Ranks 1, 2, … in the order of repair; causes that nothing tells apart share a rank. */
const rank = (causes: readonly Ranked[]): Cause[] => {
  const orders = [...new Set(causes.map(({ order }) => order))].sort((a, b) => a - b);
  return [...causes]
    .sort((a, b) => a.order - b.order)
    .map(({ order, ...cause }) => ({ ...cause, rank: orders.indexOf(order) + 1 }));
};

/**
 * The root causes at a history's end, which must be the moment of observation; rank 1 is the repair that is needed
 * now. Empty when nothing is proven to be wrong.
 */
export const diagnose = (history: History): Cause[] => {
  const payments = paymentsOf(history);
  const found = payments.flatMap((subject) => findFor(factsOf(history, subject)));
  const ids = [...new Set(found.map(({ id }) => id))];
  return rank(
    settleUndecided(
      ids.map((id) =>
        merge(
          found.filter((each) => each.id === id),
          payments.length,
        ),
      ),
    ),
  );
};
