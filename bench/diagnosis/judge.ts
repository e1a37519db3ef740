/**
 * What an answer is worth. Exact: all that is expected is told and nothing else, each as sure as it must be, what is expected first among
 * what is ranked first, and the exit code that goes with it. Grounded: each cause that is expected is told, and its evidence is of what was
 * done. A false accusation: one that is told and not expected, however sure. Pure.
 */
import type { Answer } from './ask.ts';
import { ungrounded } from './grounds.ts';
import type { Told, Truth } from './grounds.ts';
import { CODES } from './types.ts';
import type { Code, Expected, Way } from './types.ts';

export interface Judged {
  readonly exact: boolean;
  /** Undefined: nothing was to be told, and nothing was. */
  readonly grounded: boolean | undefined;
  readonly accusesFalsely: boolean;
  /** Empty where all is as it must be. */
  readonly complaints: readonly string[];
}

interface ToldCause extends Told, Expected {
  /** Undefined: a finding, which has none. */
  readonly rank: number | undefined;
}

const EXITS = { 'nothing-wrong': [0], 'not-known': [3], either: [0, 3] } as const;
const FOUND = [1] as const;

const isCode = (code: string): code is Code => Object.hasOwn(CODES, code);

/** All that accuses. Errors: Error for a code that is not known here. */
const toldIn = ({ report }: Answer): readonly ToldCause[] => {
  const findings = (report?.findings ?? []).filter(({ accuses }) => accuses);
  const causes = (report?.causes ?? []).map((one) => ({ ...one, ranked: one.rank }));
  return [...causes, ...findings].map((one) => {
    const { code, message, evidence, certainty } = one;
    if (!isCode(code)) throw new Error(`nobody knows ${code}`);
    return {
      code,
      message,
      evidence,
      certainty: certainty.startsWith('shown') ? 'shown' : 'possible',
      rank: 'ranked' in one ? one.ranked : undefined,
    };
  });
};

const inWords = ({ code, certainty }: Expected): string => (certainty === 'shown' ? code : `${code}?`);

const notExact = ({ expects, outcome }: Pick<Way, 'expects' | 'outcome'>, told: readonly ToldCause[], code: number) => {
  const [wanted, found] = [expects, told].map((list) => list.map(inWords).toSorted().join(' '));
  const [first] = expects;
  const isFirst = first === undefined || told.some((one) => one.code === first.code && (one.rank ?? 1) === 1);
  const exits: readonly number[] = expects.length > 0 ? FOUND : EXITS[outcome ?? 'nothing-wrong'];
  return [
    ...(wanted === found ? [] : [`told ${found || 'nothing'} instead of ${wanted || 'nothing'}`]),
    ...(isFirst ? [] : [`${first.code} is not ranked first`]),
    ...(exits.includes(code) ? [] : [`exit code ${code} instead of ${exits.join(' or ')}`]),
  ];
};

export const judge = (way: Pick<Way, 'expects' | 'outcome'>, answer: Answer, truth: Truth): Judged => {
  const told = toldIn(answer);
  const inexact = notExact(way, told, answer.code);
  const untold = way.expects.filter(({ code }) => !told.some((one) => one.code === code));
  const groundless = told.flatMap((one) => ungrounded(one.code, one, truth));
  const isAsked = way.expects.length > 0 || told.length > 0;
  return {
    exact: inexact.length === 0,
    grounded: isAsked ? untold.length === 0 && groundless.length === 0 : undefined,
    accusesFalsely: told.some(({ code }) => !way.expects.some((one) => one.code === code)),
    complaints: [...inexact, ...groundless],
  };
};
