/** What is wrong with many payments, for people: as text, and as Markdown for an incident's ticket. */
import { count } from '../history/names.ts';
import type { AllReport, CauseGroup } from '../diagnose/all/report-all.ts';
import { cell } from '../reporters/markdown.ts';
import { coloursFor, hanging, joined } from '../reporters/style.ts';
import { MARKS } from './diagnosis-text.ts';

const surely = ({ count: all, possible }: CauseGroup): string => {
  if (possible === 0) return 'shown by what was asked';
  return possible === all
    ? 'possible: what was asked does not decide it'
    : `of ${possible} only possible: what was asked does not decide it`;
};

/** Everything but the headings: what one mark stands before, and what belongs below it. */
interface Entry {
  readonly mark: keyof typeof MARKS;
  readonly head: string;
  readonly below: readonly string[];
}

const causeEntry = (cause: CauseGroup, called: string): Entry => ({
  mark: 'bad',
  head: `${cause.code} ${cause.id}: ${count(cause.count, called)}`,
  below: [
    surely(cause),
    ...cause.examples.map(({ payment, message }) => `${called} ${payment}: ${message}`),
    `next: ${cause.next}`,
  ],
});

const entriesOf = (report: AllReport, called: string): readonly Entry[] => [
  ...report.causes.map((cause) => causeEntry(cause, called)),
  ...report.untold.map(({ kind, count: all, examples }): Entry => ({
    mark: 'open',
    head: `${kind}: ${all}, and no accusation: who does it by hand tells nobody`,
    below: examples.map((pair) => `for example of ${pair}`),
  })),
  ...report.open.map(({ why, count: all, examples }): Entry => ({
    mark: 'unknown',
    head: `${count(all, called)}: ${why}`,
    below: examples.map((id) => `${called} ${id}`),
  })),
  ...report.notLookedInto.map(({ count: all, why }): Entry => ({
    mark: 'unknown',
    head: `${all} not looked into: ${why}`,
    below: [],
  })),
  ...report.unread.map((why): Entry => ({ mark: 'unknown', head: `not looked through: ${why}`, below: [] })),
];

const title = ({ rows, records }: AllReport, called: string): string =>
  `every ${called}: ${count(rows, 'row')} and ${count(records, 'record')} were looked through`;

const HINT = 'One of them, with what shows it and the commands that repair it: faultline diagnose --payment ID';

/** With a line break at its end. */
export const allText = (report: AllReport, called: string, colour: boolean, width: number): string => {
  const { bold, dim, green, red, yellow } = coloursFor(colour);
  const colourOf = { good: green, bad: red, open: dim, unknown: yellow } as const;
  return `${joined([
    bold(title(report, called)),
    ...entriesOf(report, called).flatMap(({ mark, head, below }) => [
      '',
      ...hanging(`${colourOf[mark](MARKS[mark])} `, head, width),
      ...below.flatMap((line) => hanging('    ', line, width)),
    ]),
    '',
    ...hanging('', report.inShort, width),
    ...(report.causes.length === 0 ? [] : [dim(HINT)]),
  ])}\n`;
};

/** With a line break at its end. */
export const allMarkdown = (report: AllReport, called: string): string =>
  `${[
    `## ${cell(title(report, called))}`,
    '',
    cell(report.inShort),
    '',
    ...entriesOf(report, called).flatMap(({ mark, head, below }) => [
      `- ${MARKS[mark]} ${cell(head)}`,
      ...below.map((line) => `  - ${cell(line)}`),
    ]),
  ].join('\n')}\n`;
