/** Holding the causes found against what the scenario expects while its fault lasts. Pure. */
import { holds } from '../history/evaluate.ts';
import type { History } from '../history/history.ts';
import type { Cause, ExpectationResult } from '../history/verdict.ts';
import type { ExpectedCause, Scenario } from '../scenario/types.ts';

const causeInWords = (cause: {
  readonly id: string;
  readonly consequenceOf?: string;
  readonly optional?: boolean;
}): string =>
  `${cause.id}${cause.consequenceOf === undefined ? '' : ` (consequence of ${cause.consequenceOf})`}${cause.optional === true ? ' or not' : ''}`;

const fits = (expected: ExpectedCause, cause: Cause): boolean =>
  cause.id === expected.id &&
  (expected.consequenceOf === undefined || cause.consequenceOf === expected.consequenceOf) &&
  (expected.writer === undefined || cause.writer === expected.writer);

/** Causes of one id that are told apart by their payments alone: one expected cause is met by all of them. */
const isMore = (cause: Cause, before: Cause | undefined): boolean =>
  cause.id === before?.id && cause.rank === before.rank && cause.undecided === before.undecided;

const written = ({ writer }: { readonly writer?: string | null }): string =>
  writer === undefined ? '' : `, written by ${writer ?? 'a worker'}`;

/** Ordered: every cause is expected where it stands, every expected one is there unless it is optional. */
const match = (expected: readonly ExpectedCause[], causes: readonly Cause[]): string | undefined => {
  let next = 0;
  let before: Cause | undefined;
  for (const cause of causes) {
    const last = expected[next - 1];
    if (isMore(cause, before) && last !== undefined && fits(last, cause)) continue;
    let want = expected[next];
    while (want !== undefined && !fits(want, cause) && want.optional === true) want = expected[++next];
    if (want === undefined) return `the cause ${causeInWords(cause)} is not expected`;
    if (!fits(want, cause))
      return `expected the cause ${causeInWords(want)}${written(want)}, found ${causeInWords(cause)}${written(cause)}`;
    next += 1;
    before = cause;
  }
  const missing = expected.slice(next).find((e) => e.optional !== true);
  return missing === undefined ? undefined : `the cause ${causeInWords(missing)} was not found`;
};

/** Does it accuse: is it unmet, and was the situation there that it speaks of? */
export const isUnmet = ({ met, unjudged }: ExpectationResult): boolean => !met && unjudged !== true;

/** `history` ends where causes are read; `causes` in order of rank. */
export const checkExpectation = (scenario: Scenario, history: History, causes: readonly Cause[]): ExpectationResult => {
  const actual = causes.map(causeInWords);
  const cases = scenario.during ?? [];
  const index = cases.findIndex(({ when }) => holds(when, history));
  const chosen = cases[index];
  if (cases.length === 0 || chosen?.causes === 'any')
    return {
      met: true,
      case: chosen === undefined ? null : index,
      expected: null,
      actual,
      message: 'causes are not asserted',
    };
  if (chosen === undefined)
    return {
      met: false,
      case: null,
      expected: null,
      actual,
      message: 'none of the cases the scenario expects applies',
    };
  const problem = match(chosen.causes as readonly ExpectedCause[], causes);
  return {
    met: problem === undefined,
    case: index,
    expected: (chosen.causes as readonly ExpectedCause[]).map(causeInWords),
    actual,
    message: problem ?? (causes.length === 0 ? 'no cause, as expected' : 'the causes are the expected ones'),
  };
};

/**
 * `unjudged` says why the situation that the scenario speaks of did not come about, if it did not: then nothing is held against what
 * was found.
 */
export const unlessUnjudged = (result: ExpectationResult, unjudged: string | undefined): ExpectationResult => {
  const isAsserted = !result.met || result.expected !== null;
  if (unjudged === undefined || !isAsserted) return result;
  return { ...result, unjudged: true, message: `not judged: ${unjudged}` };
};
