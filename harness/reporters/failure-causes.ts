/** The causes in a failure text: each with the questions that were asked about it, the same questions once. */
import type { Cause, CheckAnswer } from '../history/verdict.ts';
import type { TrialResult } from '../trial/types.ts';
import { evidenceText } from './page.ts';
import type { Page } from './page.ts';
import { hanging } from './style.ts';

const remarks = (cause: Cause): string => {
  const all = [
    ...(cause.consequenceOf === undefined ? [] : [`only a consequence of ${cause.consequenceOf}`]),
    ...(cause.undecided === true ? ['undecided: nothing tells it from the others of its rank'] : []),
  ];
  return all.length === 0 ? '' : ` (${all.join('; ')})`;
};

const headLines = (cause: Cause, { colours, width }: Page): readonly string[] => [
  `    ${cause.rank}. ${colours.bold(cause.id)}${remarks(cause)}`,
  ...hanging('       ', cause.message + evidenceText(cause.evidence), width),
];

const checkLines = (checks: readonly CheckAnswer[], { colours, width }: Page): readonly string[] =>
  checks.flatMap(({ question, answer, readFrom, evidence }) =>
    hanging('       - ', `${question} → ${answer}; read from ${readFrom}${evidenceText(evidence)}`, width).map((line) =>
      colours.dim(line),
    ),
  );

/** Neighbours about which the same was asked and answered. */
const sameChecks = (causes: readonly Cause[]): readonly (readonly Cause[])[] => {
  const groups: Cause[][] = [];
  for (const cause of causes) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && JSON.stringify(last[0].checks) === JSON.stringify(cause.checks)) last.push(cause);
    else groups.push([cause]);
  }
  return groups;
};

export const causesSection = (result: TrialResult, page: Page): readonly string[] => {
  const { causes } = result.verdict.during;
  const heading = `  ${page.colours.bold('Causes while the fault lasted')}`;
  if (causes.length === 0) return [heading, '    none was found'];
  return [
    heading,
    ...sameChecks(causes).flatMap((group) => [
      ...group.flatMap((cause) => headLines(cause, page)),
      ...(group.length > 1 && (group[0]?.checks.length ?? 0) > 0
        ? [page.colours.dim(`       asked for ${group.length === 2 ? 'both' : `all ${group.length}`}:`)]
        : []),
      ...checkLines(group[0]?.checks ?? [], page),
    ]),
  ];
};

/** The causes in one line. */
export const causesLine = ({ verdict }: TrialResult): string =>
  verdict.during.causes.map((cause) => `${cause.rank}. ${cause.id}${remarks(cause)}`).join(', ') || 'none was found';
