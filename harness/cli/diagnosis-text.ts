/** The diagnosis of a live system for people: sections, one line a check, what is wrong with what repairs it. */
import type { DiagnosisReport, ReportedCause, ReportedCheck, ReportedStage } from '../diagnose/report.ts';
import type { ReportedFinding } from '../diagnose/findings.ts';
import type { Standing } from '../diagnosis/checks.ts';
import { coloursFor, hanging, joined } from '../reporters/style.ts';
import type { Colours } from '../reporters/style.ts';

export const MARKS: Readonly<Record<Standing, string>> = { good: '✓', bad: '✗', open: '·', unknown: '?' };

const COLOUR_OF: Readonly<Record<Standing, keyof Colours>> = {
  good: 'green',
  bad: 'red',
  open: 'dim',
  unknown: 'yellow',
};

interface Page {
  readonly colours: Colours;
  readonly width: number;
}

/** As it is to be copied: never wrapped. What begins with # is said, and nothing to be typed. */
const typed = (sign: string, command: string): string =>
  command.startsWith('#') ? `    ${command}` : `    ${sign} ${command}`;

const checkLines = ({ is, question, answer, asked }: ReportedCheck, { colours, width }: Page): readonly string[] => [
  ...hanging(`  ${colours[COLOUR_OF[is]](MARKS[is])} `, `${question} ${answer}`, width),
  ...asked.map((command) => colours.dim(`  ${typed('asked:', command)}`)),
];

const stageLines = ({ worker, checks, standing }: ReportedStage, page: Page): readonly string[] => [
  '',
  page.colours.bold(worker),
  ...checks.flatMap((check) => checkLines(check, page)),
  ...standing.flatMap((line) => hanging('    ', line, page.width)),
];

const wrongLines = (
  cause: Omit<ReportedCause, 'id' | 'rank'> & { readonly id: string },
  is: Standing,
  { colours, width }: Page,
): readonly string[] => [
  '',
  ...hanging(`${colours[COLOUR_OF[is]](MARKS[is])} `, `${cause.code} ${cause.id}: ${cause.message}`, width),
  ...hanging('    ', cause.certainty, width),
  ...(cause.consequenceOf === undefined ? [] : hanging('    ', `a consequence of ${cause.consequenceOf}`, width)),
  ...cause.evidence.flatMap((line) => hanging('    seen: ', line, width)),
  ...hanging('    next: ', cause.next, width),
  ...cause.commands.map((command) => typed('$', command)),
];

const findingLines = (finding: ReportedFinding, page: Page): readonly string[] =>
  wrongLines(finding, finding.accuses ? 'bad' : 'open', page);

const causeLines = (cause: ReportedCause, page: Page): readonly string[] => wrongLines(cause, 'bad', page);

const sourceLines = ({ sources }: DiagnosisReport, { colours, width }: Page): readonly string[] =>
  sources.flatMap(({ source, complete, why }) =>
    complete
      ? hanging(`  ${colours.green(MARKS.good)} `, source, width)
      : hanging(`  ${colours.yellow(MARKS.unknown)} `, `${source}: ${why ?? ''}`, width),
  );

const clockLines = ({ clocks }: DiagnosisReport, { colours, width }: Page): readonly string[] =>
  clocks.length === 0
    ? []
    : ['', colours.bold('Clocks'), ...clocks.flatMap((line) => hanging('  ', line, width).map(colours.dim))];

/** The whole, with a line break at its end. */
export const diagnosisText = (report: DiagnosisReport, called: string, colour: boolean, width: number): string => {
  const page: Page = { colours: coloursFor(colour), width };
  const { bold, dim } = page.colours;
  const { correlationId, studentId, courseId } = report.payment;
  return `${joined([
    bold(`${called} ${correlationId}`),
    dim(`  student ${studentId}, course ${courseId}`),
    '',
    bold('What was read'),
    ...sourceLines(report, page),
    ...clockLines(report, page),
    ...report.stages.flatMap((stage) => stageLines(stage, page)),
    ...report.causes.flatMap((cause) => causeLines(cause, page)),
    ...report.findings.flatMap((finding) => findingLines(finding, page)),
    '',
    ...hanging('', report.inShort, width),
    ...([...report.causes, ...report.findings].every(({ commands }) => commands.length === 0)
      ? []
      : [dim('The commands are for you to run: nothing was changed.')]),
  ])}\n`;
};
