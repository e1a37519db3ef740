/** A scenario that brings about what is wrong with a payment of a live system. Pure: it holds no id, and nothing that people wrote. */
import type { Cause } from '../../history/verdict.ts';
import type { Scenario } from '../../scenario/types.ts';
import { CODES } from '../codes.ts';
import { FORCES } from './by-cause/catalogue.ts';
import { codeName } from './choose.ts';
import type { Chosen } from './choose.ts';
import { SUBJECT, isUnforced } from './forcing.ts';
import type { Forcing, Unforced } from './forcing.ts';
import { otherwiseThere } from './otherwise.ts';
import { seenInOrder } from './seen.ts';
import type { Situation } from './situation.ts';
import { WHY_UNFORCED } from './unforced.ts';
import { withWorkersDown } from './workers-down.ts';

export interface Captured {
  readonly scenario: Scenario;
  /** `FL0104 guard-marked-without-allocation`; several with "and" between them. */
  readonly cause: string;
  /** How sure the live system left it; undefined: it was shown. */
  readonly doubt: string | undefined;
  readonly seen: readonly string[];
  /** What of the live system stands in it. */
  readonly kept: readonly string[];
  /** What is otherwise in it than it was. */
  readonly otherwise: readonly string[];
}

const scenarioWith = ({ pipeline }: Situation, { cause }: Chosen, forcing: Forcing, drawn: string): Scenario => {
  const { faults, act, observeUntil, observeDeadlineMs, during, heal } = forcing;
  return {
    name: `captured-${cause.id}-${drawn}`,
    title: `As captured of a live ${pipeline.subject.called}: ${CODES[cause.id].cause}`,
    tags: ['captured'],
    given: { subjects: { [SUBJECT]: {} } },
    faults,
    act,
    observeUntil,
    ...(observeDeadlineMs === undefined ? {} : { observeDeadlineMs }),
    during,
    ...(heal === undefined ? {} : { heal }),
  };
};

/** Those that nothing tells from it. */
const alikeTo = (cause: Cause, others: readonly Cause[]): readonly Cause[] =>
  cause.undecided === true ? others.filter(({ rank, undecided }) => rank === cause.rank && undecided === true) : [];

const doubtOf = ({ cause, others }: Chosen): string | undefined => {
  if (cause.undecided !== true) return undefined;
  const alike = alikeTo(cause, others);
  return alike.length === 0
    ? 'what was asked did not decide it'
    : `what was asked did not tell it from ${alike.map(codeName).join(', ')}`;
};

/**
 * Errors: none; what no scenario brings about says why.
 *
 * @param drawn The end of its name, which tells it from others: lower-case letters and digits that nothing of the payment goes into.
 */
export const scenarioOf = (situation: Situation, chosen: Chosen, drawn: string): Captured | Unforced => {
  const alone = FORCES[chosen.cause.id](situation, chosen.cause);
  if (isUnforced(alone)) return alone;
  const { forcing, too, left } = withWorkersDown(situation, chosen, alone);
  const { kept = [], otherwise = [] } = forcing;
  const alike = alikeTo(chosen.cause, left);
  return {
    scenario: scenarioWith(situation, chosen, forcing, drawn),
    cause: [chosen.cause, ...too].map(codeName).join(' and '),
    doubt: doubtOf(chosen),
    seen: seenInOrder(situation),
    kept: ['which events, rows, calls and dead letters there were, and how long after each other they came', ...kept],
    otherwise: [
      ...otherwise,
      ...otherwiseThere(situation),
      ...left
        .filter((other) => !alike.includes(other))
        .map((other) => `${codeName(other)} was found as well, and is not brought about here`),
      ...situation.findings
        .filter(({ accuses }) => accuses)
        .map(({ code, id }) => `${code} ${id} was found as well, and is not brought about here: ${WHY_UNFORCED[id]}`),
    ],
  };
};
