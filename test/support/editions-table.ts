/** The table in docs/scenarios.md: what the reference editions come to in each scenario. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';

export const EDITIONS = ['incident', 'report-fix', 'hardened'] as const;
export type Edition = (typeof EDITIONS)[number];

export const MARKS = { passed: '✓', failed: '✗', unknown: '?' } as const;

/** What an edition and a scenario came to: one of MARKS. */
export type MarkOf = (edition: Edition, name: string) => string;

/** `names` are the scenarios, in the order of the rows. */
export const tableOf = (names: readonly string[], mark: MarkOf): string =>
  [
    `| scenario | ${EDITIONS.join(' | ')} |`,
    `|---|${EDITIONS.map(() => ':-:').join('|')}|`,
    ...names.map((name) => `| ${name} | ${EDITIONS.map((edition) => mark(edition, name)).join(' | ')} |`),
  ].join('\n');

const cellsOf = (table: string): readonly (readonly string[])[] =>
  table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));

/** The scenarios that a table has a row for. */
export const namesIn = (table: string): readonly string[] =>
  cellsOf(table)
    .slice(2)
    .map(([, name = '']) => name);

/** What a table says; a dash of what it does not have. */
export const saidBy = (table: string): MarkOf => {
  const rows = cellsOf(table);
  return (edition, name) => rows.find((cells) => cells[1] === name)?.[2 + EDITIONS.indexOf(edition)] ?? '–';
};

const BEGIN = '<!-- editions: begin -->';
const END = '<!-- editions: end -->';
export const PAGE = join(packageRoot, 'docs/scenarios.md');

/** The table of the page, and the page with another in its place. */
export const inPage = (): { readonly table: string; readonly having: (table: string) => string } => {
  const [before = '', rest = ''] = readFileSync(PAGE, 'utf8').split(BEGIN);
  const [table = '', after = ''] = rest.split(END);
  return { table: table.trim(), having: (other) => `${before}${BEGIN}\n${other}\n${END}${after}` };
};
