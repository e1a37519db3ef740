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
}

/** What is kept of it, for docs/. */
export interface Measured {
  /** YYYY-MM-DD. */
  readonly on: string;
  /** Of each way so many cases. */
  readonly seeds: number;
  readonly rows: readonly Row[];
}

const many = (list: readonly Judged[], is: (one: Judged) => boolean): number => list.filter(is).length;

export const rowOf = ({ of, name }: Pick<Way, 'of' | 'name'>, cases: readonly Judged[]): Row => ({
  of,
  way: name,
  cases: cases.length,
  exact: many(cases, ({ exact }) => exact),
  grounded: many(cases, ({ grounded }) => grounded === true),
  toGround: many(cases, ({ grounded }) => grounded !== undefined),
  falselyAccused: many(cases, ({ accusesFalsely }) => accusesFalsely),
});

export type Totals = Omit<Row, 'of' | 'way'>;

export const totalsOf = (rows: readonly Row[]): Totals => {
  const sum = (key: keyof Totals): number => rows.reduce((all, row) => all + row[key], 0);
  return {
    cases: sum('cases'),
    exact: sum('exact'),
    grounded: sum('grounded'),
    toGround: sum('toGround'),
    falselyAccused: sum('falselyAccused'),
  };
};

export const isAsDemanded = ({ cases, exact, grounded, toGround, falselyAccused }: Totals): boolean =>
  cases > 0 && exact === cases && grounded === toGround && falselyAccused === 0;

/** `99.5 %`; whole where it is. */
export const percent = (part: number, whole: number): string => {
  if (whole === 0) return '-';
  const value = (100 * part) / whole;
  return `${Number.isInteger(value) ? value : Math.min(99.9, Math.max(0.1, value)).toFixed(1)} %`;
};
