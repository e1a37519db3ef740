/** The diagnosis of a live system as Markdown, for an incident's ticket. */
import type { DiagnosisReport, ReportedCause, ReportedCheck, ReportedStage } from '../diagnose/report.ts';
import { withoutControls } from '../base/presentable.ts';
import { cell } from '../reporters/markdown.ts';
import { MARKS } from './diagnosis-text.ts';

/** A block that its own text cannot end. */
const block = (lines: readonly string[]): readonly string[] => {
  const text = lines.map((line) => withoutControls(line).replaceAll('\n', ' '));
  const longest = Math.max(2, ...text.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const fence = '`'.repeat(longest + 1);
  return [fence, ...text, fence];
};

const causeLines = (cause: Omit<ReportedCause, 'id' | 'rank'> & { readonly id: string }): readonly string[] => [
  '',
  `### ${cause.code} ${cause.id}`,
  '',
  cell(cause.message),
  '',
  `- ${cell(cause.certainty)}`,
  ...(cause.consequenceOf === undefined ? [] : [`- a consequence of ${cause.consequenceOf}`]),
  ...cause.evidence.map((line) => `- seen: ${cell(line)}`),
  `- next: ${cell(cause.next)}`,
  ...(cause.commands.length === 0 ? [] : ['', ...block(cause.commands)]),
];

const howAsked = ({ question, asked }: ReportedCheck): readonly string[] => [`# ${question}`, ...asked];

const stageLines = ({ worker, checks, standing }: ReportedStage): readonly string[] => [
  '',
  `### ${cell(worker)}`,
  '',
  '| | check | answer |',
  '|---|---|---|',
  ...checks.map(({ is, question, answer }) => `| ${MARKS[is]} | ${cell(question)} | ${cell(answer)} |`),
  ...(standing.length === 0 ? [] : ['', ...standing.map((line) => `- ${cell(line)}`)]),
  ...(checks.length === 0 ? [] : ['', 'How it was asked:', '', ...block(checks.flatMap(howAsked))]),
];

/** The whole, with a line break at its end. */
export const diagnosisMarkdown = (report: DiagnosisReport, called: string): string =>
  `${[
    `## ${cell(`${called} ${report.payment.correlationId}`)}`,
    '',
    cell(report.inShort),
    ...[...report.causes, ...report.findings].flatMap(causeLines),
    ...report.stages.flatMap(stageLines),
    '',
    '### What was read',
    '',
    ...report.sources.map(
      ({ source, complete, why }) =>
        `- ${complete ? MARKS.good : MARKS.unknown} ${cell(source)}${why === undefined ? '' : `: ${cell(why)}`}`,
    ),
    ...(report.clocks.length === 0 ? [] : ['', '### Clocks', '', ...report.clocks.map((line) => `- ${cell(line)}`)]),
  ].join('\n')}\n`;
