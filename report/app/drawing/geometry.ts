/** Where lanes lie, from left to right. */
import type { Columns } from '../../../harness/report/view/columns.ts';

export interface Geometry {
  /** Middle of each column, px. */
  readonly xs: readonly number[];
  /** Width of one lane. */
  readonly lane: number;
  /** Of the whole drawing. */
  readonly width: number;
}

const WIDEST = 24;
const NARROWEST = 8;
/** Between two groups. */
const GUTTER = 0.5;

/** `room`: what the page can give to the drawing. */
export const geometryOf = ({ columns }: Columns, room: number): Geometry => {
  const breaks = columns.filter((column, i) => i > 0 && column.heading !== columns[i - 1]?.heading).length;
  const units = columns.length + breaks * GUTTER + 0.6;
  const lane = Math.min(WIDEST, Math.max(NARROWEST, room / units));
  const xs: number[] = [];
  let x = lane * 0.8;
  columns.forEach((column, i) => {
    if (i > 0) x += lane * (column.heading === columns[i - 1]?.heading ? 1 : 1 + GUTTER);
    xs.push(x);
  });
  return { xs, lane, width: x + lane * 0.8 };
};
