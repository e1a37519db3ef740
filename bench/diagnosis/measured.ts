/** What a run measured: by way, and in all. Pure. */
import type { Judged } from './judge.ts';
import type { Way } from './types.ts';

export interface Row {
  readonly of: Way['of'];
  readonly way: string;
  readonly cases: number;
  readonly exact: number;
  /** Of those of which something was to be told. */
  readonly grounded: number;
  readonly toGround: number;
  readonly falselyAccused: number;
  /** Of those whose root is in the first rank: it is alone there. Left out here and below: a run of before that was counted. */
  readonly alone?: number;
  /** It is alone there, or printed before the others. */
  readonly first?: number;
  /** Payments of the same systems that had come to their end before, of which was asked too. */
  readonly besides?: number;
  /** Those of which it was said that nothing is wrong, and nothing else. */
  readonly besidesRight?: number;
}

/** What is kept of it, for docs/. */
export interface Measured {
  /** YYYY-MM-DD. */
  readonly on: string;
  /** What `git rev-parse HEAD` said as the run began, `+` behind it where files were changed since; left out: nobody asked, or there is no git. */
  readonly commit?: string;
  /** Of each way so many cases. */
  readonly seeds: number;
  readonly rows: readonly Row[];
}

const many = (list: readonly Judged[], is: (one: Judged) => boolean): number => list.filter(is).length;

/** `besides`: see Row. */
export const rowOf = (
  { of, name }: Pick<Way, 'of' | 'name'>,
  cases: readonly Judged[],
  besides: readonly Pick<Judged, 'exact'>[] = [],
): Row => ({
  of,
  way: name,
  cases: cases.length,
  exact: many(cases, ({ exact }) => exact),
  grounded: many(cases, ({ grounded }) => grounded === true),
  toGround: many(cases, ({ grounded }) => grounded !== undefined),
  falselyAccused: many(cases, ({ accusesFalsely }) => accusesFalsely),
  alone: many(cases, ({ stands }) => stands === 'alone'),
  first: many(cases, ({ stands }) => stands === 'alone' || stands === 'first'),
  besides: besides.length,
  besidesRight: besides.filter(({ exact }) => exact).length,
});

export type Totals = Required<Omit<Row, 'of' | 'way'>>;

export const totalsOf = (rows: readonly Row[]): Totals => {
  const sum = (key: keyof Totals): number => rows.reduce((all, row) => all + (row[key] ?? 0), 0);
  return {
    cases: sum('cases'),
    exact: sum('exact'),
    grounded: sum('grounded'),
    toGround: sum('toGround'),
    falselyAccused: sum('falselyAccused'),
    alone: sum('alone'),
    first: sum('first'),
    besides: sum('besides'),
    besidesRight: sum('besidesRight'),
  };
};

/** How many systems are set up for so many cases of each way. */
export const systemsOf = (ways: readonly Pick<Way, 'perSystem'>[], seeds: number): number =>
  ways.reduce((all, { perSystem = seeds }) => all + Math.ceil(seeds / perSystem), 0);

export const isAsDemanded = (totals: Totals): boolean => {
  const { cases, exact, grounded, toGround, falselyAccused, besides, besidesRight } = totals;
  return cases > 0 && exact === cases && grounded === toGround && falselyAccused === 0 && besidesRight === besides;
};

/** `99.5 %`; whole where it is. */
export const percent = (part: number, whole: number): string => {
  if (whole === 0) return '-';
  const value = (100 * part) / whole;
  return `${Number.isInteger(value) ? value : Math.min(99.9, Math.max(0.1, value)).toFixed(1)} %`;
};
