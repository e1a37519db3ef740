/** The findings at the end of a run, for people. Pure. */
import type { TrialResult } from '../verdict/result.ts';
import { answerText } from './known-text.ts';
import type { Page } from './page.ts';
import { countText, seenText } from './run-findings.ts';
import type { NumberedFinding, RunFindings, ScenarioFindings } from './run-findings.ts';
import { hanging } from './style.ts';

export interface FindingsPage extends Page {
  readonly replayOf: (result: TrialResult) => string;
}

const COLOUR = { new: 'red', expired: 'red', known: 'yellow' } as const;

const list = (names: readonly string[]): string => names.join(', ');

const stateLines = ({ state, open, entries, scenarios }: NumberedFinding, page: Page): readonly string[] => {
  const answers = entries.flatMap((entry) =>
    hanging('      ', answerText(state === 'expired' ? 'expired' : 'known', entry), page.width),
  );
  const where =
    open.length > 0 && open.length < scenarios.length
      ? hanging('      ', `not known in ${list(open)}`, page.width)
      : [];
  return [...answers, ...where].map((line) => page.colours[COLOUR[state]](line));
};

const findingLines = (finding: NumberedFinding, page: FindingsPage): readonly string[] => {
  const { colours, width } = page;
  const [first] = finding.trials;
  return [
    `${String(finding.number).padStart(4)}  ${colours.bold(colours[COLOUR[finding.state]](finding.id))}`,
    ...hanging('      ', finding.message, width),
    ...hanging('      ', seenText(finding), width),
    ...stateLines(finding, page),
    // Never wrapped: it is there to be copied.
    colours.dim(`      ${page.replayOf(first)}`),
  ];
};

const numbersOf = (findings: readonly NumberedFinding[]): string => findings.map(({ number }) => number).join(', ');

/** Scenarios that show nothing of their own are one line for all that show the same. */
const scenarioLines = (scenarios: readonly ScenarioFindings[], page: Page): readonly string[] => {
  const alike = new Map<string, readonly string[]>();
  for (const { name, shared, besides } of scenarios)
    if (besides.length === 0) alike.set(numbersOf(shared), [...(alike.get(numbersOf(shared)) ?? []), name]);
  return [
    ...[...alike].flatMap(([numbers, names]) =>
      hanging('  ', `${list(names)}: ${numbers}, and nothing besides`, page.width),
    ),
    ...scenarios.flatMap(({ name, shared, besides }) =>
      besides.length === 0
        ? []
        : [
            ...hanging('  ', `${name}:${shared.length === 0 ? '' : ` ${numbersOf(shared)}, and besides`}`, page.width),
            ...besides.map(({ number, id }) => `${String(number).padStart(6)} ${id}`),
          ],
    ),
  ];
};

const comparisonLines = ({ comparison }: RunFindings, base: string, page: Page): readonly string[] => {
  if (comparison === undefined) return [];
  const { added, still, fixed, open } = comparison;
  const line = (what: string, texts: readonly string[]): readonly string[] =>
    texts.flatMap((text, i) => hanging(i === 0 ? `  ${what.padEnd(13)}  ` : ' '.repeat(17), text, page.width));
  return [
    page.colours.bold(`Against ${base}`),
    ...line(
      'new',
      added.map(({ group, scenarios }) => `${group.id} (${list(scenarios)})`),
    ),
    ...line(
      'still there',
      still.map(({ id }) => id),
    ),
    ...line(
      'fixed',
      fixed.map(({ id, scenarios }) => `${id} (${list(scenarios)})`),
    ),
    ...line(
      'not looked at',
      open.map((id) => id),
    ),
    ...(added.length + still.length + fixed.length + open.length === 0 ? ['  nothing was found then, nor now'] : []),
    '',
  ];
};

const notSeenLines = ({ notSeen }: RunFindings, page: Page): readonly string[] =>
  notSeen.length === 0
    ? []
    : [
        page.colours.bold('Known, and not seen any more'),
        ...notSeen.flatMap(({ entry, scenarios }) => [
          `  ${entry.finding}`,
          ...hanging(
            '    ',
            `${entry.owner}, until ${entry.until}; ran: ${list(scenarios)}. If it is mended, take it out of the known findings.`,
            page.width,
          ),
        ]),
        '',
      ];

/** Lines with headings, an empty one after each part; none when nothing was found and nothing known is missing. */
export const findingsLines = (found: RunFindings, base: string, page: FindingsPage): readonly string[] => {
  const { findings, byScenario } = found;
  const scenarios =
    byScenario.length < 2
      ? []
      : [page.colours.bold('What each scenario shows'), ...scenarioLines(byScenario, page), ''];
  const own =
    findings.length === 0
      ? []
      : [
          page.colours.bold(countText(findings)),
          ...findings.flatMap((each) => [...findingLines(each, page), '']),
          ...scenarios,
        ];
  return [...own, ...comparisonLines(found, base, page), ...notSeenLines(found, page)];
};
