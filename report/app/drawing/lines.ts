/** Lines between rows, ready to be asked for by what is in sight. */
import type { Pair } from '../../../harness/report/view/links.ts';
import type { Row } from '../../../harness/report/view/rows.ts';

export interface Line extends Pair {
  readonly fromRow: number;
  readonly toRow: number;
}

export interface Lines {
  /** Those that touch the rows from `first` to `last`. */
  readonly within: (first: number, last: number) => readonly Line[];
}

/** Longer ones are few, and are looked at one by one. */
const LONG = 200;

export const rowIndexOf = (rows: readonly Row[]): ReadonlyMap<number, number> => {
  const index = new Map<number, number>();
  rows.forEach((row, i) => {
    for (const seq of row.seqs) index.set(seq, i);
  });
  return index;
};

export const linesOf = (pairs: readonly Pair[], rows: readonly Row[], rowOf: ReadonlyMap<number, number>): Lines => {
  const all = pairs
    .flatMap((pair): readonly Line[] => {
      const [fromRow, toRow] = [rowOf.get(pair.from), rowOf.get(pair.to)];
      if (fromRow === undefined || toRow === undefined || fromRow === toRow) return [];
      // What happens inside a folded step is not drawn; how it is entered is.
      const isFolded = [rows[fromRow], rows[toRow]].some((row) => row?.kind === 'step');
      return isFolded && pair.why === 'step' && pair.enters !== true ? [] : [{ ...pair, fromRow, toRow }];
    })
    .sort((a, b) => a.fromRow - b.fromRow);
  const long = all.filter(({ fromRow, toRow }) => Math.abs(toRow - fromRow) > LONG);
  const short = all.filter(({ fromRow, toRow }) => Math.abs(toRow - fromRow) <= LONG);
  const touches = ({ fromRow, toRow }: Line, first: number, last: number): boolean =>
    Math.max(fromRow, toRow) >= first && Math.min(fromRow, toRow) <= last;
  return {
    within: (first, last) => {
      let low = 0;
      let high = short.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((short[middle]?.fromRow ?? 0) < first - LONG) low = middle + 1;
        else high = middle;
      }
      const found: Line[] = [];
      for (let i = low; i < short.length; i++) {
        const line = short[i];
        if (line === undefined || line.fromRow > last + LONG) break;
        if (touches(line, first, last)) found.push(line);
      }
      return [...found, ...long.filter((line) => touches(line, first, last))];
    },
  };
};
