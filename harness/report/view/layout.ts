/** Where rows lie, from top to bottom, in pixels: by event, or true to time. Pure. */
import type { Row } from './rows.ts';

export type Axis = 'event' | 'time';

export interface Layout {
  /** Top of each row. */
  readonly tops: Float64Array;
  readonly rowHeight: number;
  readonly height: number;
  /** Rows before which time passed that is worth saying: index → ms. */
  readonly gaps: ReadonlyMap<number, number>;
}

/** By event, so much time between two rows is said, and gets so much room. */
const GAP_MS = 200;
const GAP_ROOM = 0.7;

/** `pxPerMs`: true to time, how long a millisecond is; rows never overlap. */
export const layoutOf = (rows: readonly Row[], axis: Axis, rowHeight: number, pxPerMs: number): Layout => {
  const tops = new Float64Array(rows.length);
  const gaps = new Map<number, number>();
  let y = 0;
  rows.forEach((row, i) => {
    const before = rows[i - 1];
    const passed = before === undefined ? 0 : row.at - before.at;
    const isGap = passed >= GAP_MS;
    if (isGap) gaps.set(i, passed);
    if (axis === 'event' && isGap) y += rowHeight * GAP_ROOM;
    if (axis === 'time' && before !== undefined) y += Math.max(0, passed * pxPerMs - rowHeight);
    tops[i] = y;
    y += rowHeight;
  });
  return { tops, rowHeight, height: y, gaps };
};

/** The first row whose bottom is below `y`; the number of rows when there is none. */
export const rowAt = ({ tops, rowHeight }: Layout, y: number): number => {
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle] ?? 0) + rowHeight > y) high = middle;
    else low = middle + 1;
  }
  return low;
};
