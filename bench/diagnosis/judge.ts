/**
 * What an answer is worth. Exact: all that is expected is told and nothing else, each as sure as it must be, the root in the first rank, which it
 * may share, with the outcome and the exit code that go with it. Grounded: each cause that is expected is told, and its evidence is of what
 * was done. A false accusation: one that is told and not expected, however sure. Pure.
 */
import type { Answer } from './ask.ts';
import { ungrounded } from './grounds.ts';
import type { Told } from './grounds.ts';
import type { Truth } from './done.ts';
import { CODES } from './types.ts';
import type { Code, Way } from './types.ts';

/** Of the root: `first` shares the first rank, and is printed before the others of it; `shared` is printed behind one of them. */
export type Standing = 'alone' | 'first' | 'shared';

export interface Judged {
  readonly exact: boolean;
  /** Undefined: nothing was to be told, and nothing was. */
  readonly grounded: boolean | undefined;
  /** Undefined: no root was to be told, or it is not in the first rank. */
  readonly stands: Standing | undefined;
  readonly accusesFalsely: boolean;
  /** Empty where all is as it must be. */
  readonly complaints: readonly string[];
}

interface ToldCause extends Told {
  /** Any that is printed, whether it is known here or not. */
  readonly code: string;
  /** Of a finding, which has none, 1. */
  readonly rank: number;
}

type Report = NonNullable<Answer['report']>;
type Outcome = NonNullable<Way['outcome']>;

const OUTCOMES: Readonly<Record<Outcome, readonly Report['outcome'][]>> = {
  'nothing-wrong': ['nothing-wrong'],
  'not-known': ['not-known'],
  either: ['nothing-wrong', 'not-known'],
};
const EXIT: Readonly<Record<Report['outcome'], number>> = { 'nothing-wrong': 0, 'cause-found': 1, 'not-known': 3 };

/**
 * What keeps a source from being complete where nothing is wrong with how it was read: it is in work, its group is about to change, or its
 * topic was made anew, or a row is one no more. The log of a service's calls need not be named.
 */
const GAPS = [/it is in work/, /was made anew/, /may have been one before/, /^the calls of \S+ were not asked for/];

const isCode = (code: string): code is Code => Object.hasOwn(CODES, code);

/** All that accuses, in the order in which it is printed: causes first. */
const toldIn = ({ causes, findings }: Report): readonly ToldCause[] =>
  [...causes, ...findings.filter(({ accuses }) => accuses).map((one) => ({ ...one, rank: 1 }))].map(
    ({ code, message, evidence, certainty, rank }) => ({
      code,
      message,
      evidence,
      certainty: certainty.startsWith('shown') ? 'shown' : 'possible',
      rank,
    }),
  );

const inWords = ({ code, certainty }: Pick<ToldCause, 'code' | 'certainty'>): string =>
  certainty === 'shown' ? code : `${code}?`;

type Wanted = Pick<Way, 'expects' | 'outcome'>;

/** What was told of how it was read, where nothing is to be found. */
const unread = ({ sources }: Report): readonly string[] =>
  sources.flatMap(({ source, complete, why = '' }) =>
    complete || GAPS.some((gap) => gap.test(why)) ? [] : [`${source} could not be read: ${why}`],
  );

const notExact = ({ expects, outcome = 'nothing-wrong' }: Wanted, report: Report, code: number): readonly string[] => {
  const told = toldIn(report);
  const [wanted, found] = [expects, told].map((list) => list.map(inWords).toSorted().join(' '));
  const [root] = expects;
  const isFirst = root === undefined || told.some((one) => one.code === root.code && one.rank === 1);
  const outcomes: readonly string[] = root === undefined ? OUTCOMES[outcome] : ['cause-found'];
  return [
    ...(wanted === found ? [] : [`told ${found || 'nothing'} instead of ${wanted || 'nothing'}`]),
    ...report.findings
      .filter(({ accuses }) => !accuses)
      .map((one) => `${one.code} is shown, and nothing is to be seen`),
    ...(isFirst ? [] : [`${root.code} is not ranked first`]),
    ...(outcomes.includes(report.outcome) ? [] : [`outcome ${report.outcome} instead of ${outcomes.join(' or ')}`]),
    ...(EXIT[report.outcome] === code ? [] : [`exit code ${code}, and the outcome is ${report.outcome}`]),
    ...(report.outcome === 'not-known' ? unread(report) : []),
  ];
};

/** How the root stands: nothing else is in the first rank, it is printed first there, or behind others of that rank. */
const standingOf = ({ expects: [root] }: Wanted, told: readonly ToldCause[]): Standing | undefined => {
  const own = told.find(({ code }) => code === root?.code);
  if (own?.rank !== 1) return undefined;
  const [first, second] = told.filter(({ rank }) => rank === 1);
  return first !== own ? 'shared' : second === undefined ? 'alone' : 'first';
};

const UNTOLD = (way: Wanted): Judged => ({
  exact: false,
  grounded: way.expects.length > 0 ? false : undefined,
  stands: undefined,
  accusesFalsely: false,
  complaints: ['there is no report'],
});

export const judge = (way: Wanted, { report, code }: Answer, truth: Truth): Judged => {
  if (report === undefined) return UNTOLD(way);
  const told = toldIn(report);
  const inexact = notExact(way, report, code);
  const untold = way.expects.filter((one) => !told.some((other) => other.code === one.code));
  const groundless = told.flatMap((one) =>
    isCode(one.code) ? ungrounded(one.code, one, truth) : [`nobody knows ${one.code}`],
  );
  const isAsked = way.expects.length > 0 || told.length > 0;
  return {
    exact: inexact.length === 0,
    grounded: isAsked ? untold.length === 0 && groundless.length === 0 : undefined,
    stands: standingOf(way, told),
    accusesFalsely: told.some((one) => !way.expects.some((other) => other.code === one.code)),
    complaints: [...inexact, ...groundless],
  };
};
