/** The causes in a failure text: each with the questions that were asked about it, the same questions once. */
import type { Cause, CheckAnswer } from '../history/verdict.ts';
import { codeOf, coded } from '../verdict/codes.ts';
import type { TrialResult } from '../verdict/result.ts';
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
  `    ${cause.rank}. ${colours.bold(coded(codeOf(cause.id), cause.id))}${remarks(cause)}`,
  ...hanging('       ', cause.message + evidenceText(cause.evidence), width),
];

const checkLines = (checks: readonly CheckAnswer[], { colours, width }: Page): readonly string[] =>
  checks.flatMap(({ question, answer, readFrom, evidence }) =>
    hanging('       - ', `${question} → ${answer}; read from ${readFrom}${evidenceText(evidence)}`, width).map((line) =>
      colours.dim(line),
    ),
  );

/** What the same was asked about: one payment's stage, or, where a verdict of before does not say, the same answers. */
const askedOf = ({ checked, checks }: Cause): string => JSON.stringify(checked ?? checks);

/** Neighbours about which the same was asked. */
const sameChecks = (causes: readonly Cause[]): readonly (readonly [Cause, ...Cause[]])[] => {
  const groups: [Cause, ...Cause[]][] = [];
  for (const cause of causes) {
    const last = groups.at(-1);
    if (last !== undefined && askedOf(last[0]) === askedOf(cause)) last.push(cause);
    else groups.push([cause]);
  }
  return groups;
};

/** `asked of the allocation of ada for both:`. */
const askedLine = (group: readonly [Cause, ...Cause[]]): string => {
  const [{ checked }] = group;
  const of = checked === undefined ? '' : ` of the ${checked.stage} of ${checked.subject}`;
  const whom = group.length === 1 ? '' : ` for ${group.length === 2 ? 'both' : `all ${group.length}`}`;
  return of === '' && whom === '' ? '' : `       asked${of}${whom}:`;
};

const groupLines = (group: readonly [Cause, ...Cause[]], earlier: Cause | undefined, page: Page): readonly string[] => {
  const { dim } = page.colours;
  const heads = group.flatMap((cause) => headLines(cause, page));
  const [{ checks }] = group;
  if (checks.length === 0) return heads;
  if (earlier !== undefined) return [...heads, dim(`       asked the same as for ${earlier.rank}. ${earlier.id}`)];
  const asked = askedLine(group);
  return [...heads, ...(asked === '' ? [] : [dim(asked)]), ...checkLines(checks, page)];
};

export const causesSection = (result: TrialResult, page: Page): readonly string[] => {
  const { causes } = result.verdict.during;
  const heading = `  ${page.colours.bold('Causes while the fault lasted')}`;
  if (causes.length === 0) return [heading, '    none was found'];
  const groups = sameChecks(causes);
  return [
    heading,
    ...groups.flatMap((group, i) => {
      const earlier = groups.slice(0, i).find(([first]) => askedOf(first) === askedOf(group[0]));
      return groupLines(group, earlier?.[0], page);
    }),
  ];
};

/** The causes in one line. */
export const causesLine = ({ verdict }: TrialResult): string =>
  verdict.during.causes.map((cause) => `${cause.rank}. ${cause.id}${remarks(cause)}`).join(', ') || 'none was found';
