/** The table of mutants as text. */
import type { Kind, Row } from './types.ts';

/** Fewer mutants than these prove too little. */
export const LEAST = { breaking: 15, harmless: 8 } as const;

const count = (rows: readonly Row[], kind: Kind['kind']): readonly [right: number, all: number] => {
  const of = rows.filter((row) => row.kind === kind);
  return [of.filter(({ right }) => right).length, of.length];
};

/** Every mutant was there and right. */
export const complete = (rows: readonly Row[]): boolean =>
  (['breaking', 'harmless'] as const).every((kind) => {
    const [right, all] = count(rows, kind);
    return right === all && all >= LEAST[kind];
  });

/** `breaking 15/15 caught, harmless 8/8 passed`. */
export const lastLine = (rows: readonly Row[]): string => {
  const [caught, breaking] = count(rows, 'breaking');
  const [passed, harmless] = count(rows, 'harmless');
  return `breaking ${caught}/${breaking} caught, harmless ${passed}/${harmless} passed`;
};

const line = (row: Row, widths: readonly [number, number]): string => {
  const outcome = row.kind === 'breaking' ? ['caught', 'MISSED'] : ['passed', 'ALARM'];
  const cells = [
    row.kind,
    (row.right ? outcome[0] : outcome[1])?.padEnd(6),
    row.of.padEnd(widths[0]),
    row.name.padEnd(widths[1]),
    row.detail,
  ];
  return cells.join('  ').trimEnd();
};

/** A line a mutant; the counts are the last one. Ends with a line break. */
export const tableText = (rows: readonly Row[]): string => {
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
  const widths = [widest(rows.map(({ of }) => of)), widest(rows.map(({ name }) => name))] as const;
  return [...rows.map((row) => line(row, widths)), '', lastLine(rows), ''].join('\n');
};
