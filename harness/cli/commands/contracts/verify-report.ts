/** What `faultline contracts verify` prints: a line an interaction, what is wrong under it by field, and counts. */
import { redact } from '../../../base/redact.ts';
import { differencesOf } from '../../../pact/provider/compare.ts';
import type { Difference } from '../../../pact/provider/compare.ts';
import type { InteractionResult } from '../../../pact/provider/verification.ts';
import { LOOKS, coloursFor, counted, hanging, joined } from '../../../reporters/style.ts';
import type { Colours } from '../../../reporters/style.ts';

export interface Page {
  readonly colour: boolean;
  /** Columns. */
  readonly width: number;
}

/** One pact and what came of it. */
export interface VerifiedPact {
  /** `admin-service at http://…, pact …`. */
  readonly title: string;
  readonly results: readonly InteractionResult[];
  /** The stub's results, of the same interactions; undefined when they are not compared. */
  readonly stub: readonly InteractionResult[] | undefined;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly unknown: number;
}

export const countsOf = (pacts: readonly VerifiedPact[]): Counts => {
  const results = pacts.flatMap((pact) => pact.results);
  const count = (verdict: InteractionResult['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length;
  return { passed: count('passed'), failed: count('failed'), unknown: count('unknown') };
};

/** What one answer has and the other has not, where the contract has not said so already. */
const beyondContract = (result: InteractionResult, stub: InteractionResult | undefined): readonly Difference[] => {
  const [here, there] = [result.exchange?.answer, stub?.exchange?.answer];
  if (here === undefined || there === undefined) return [];
  return differencesOf(here, there).filter(({ path }) => !result.findings.some((finding) => finding.path === path));
};

const interactionName = ({ interaction }: InteractionResult): string => {
  const states = interaction.states.map(({ name }) => name).join(', and ');
  return states === '' ? interaction.description : `${interaction.description} (given ${states})`;
};

const interactionLines = (
  result: InteractionResult,
  stub: InteractionResult | undefined,
  { colours, width }: { readonly colours: Colours; readonly width: number },
): readonly string[] => {
  const { mark, colour } = LOOKS[result.verdict];
  const [first = '', ...rest] = hanging(`  ${mark} `, interactionName(result), width);
  return [
    colours[colour](first),
    ...rest,
    ...result.findings.flatMap(({ path, text }) => hanging(`      ${path === '-' ? '' : `${path}  `}`, text, width)),
    ...beyondContract(result, stub).flatMap(({ path, first: here, second: there }) =>
      hanging('      ≠ ', `${path}: ${here}; the stub: ${there}`, width),
    ),
  ];
};

const comparisonLine = (pacts: readonly VerifiedPact[]): readonly string[] => {
  const pairs = pacts.flatMap(({ results, stub }) => (stub ?? []).map((other, i) => [results[i], other] as const));
  if (pairs.length === 0) return [];
  const compared = pairs.filter(([here, there]) => here?.exchange?.answer && there.exchange?.answer);
  const different = compared.filter(([here, there]) => here !== undefined && beyondContract(here, there).length > 0);
  const left = pairs.length - compared.length;
  return [
    `against the stub: ${counted(compared.length, 'answer')} compared, ${different.length} differ beyond the contract (≠)` +
      (left === 0 ? '' : `, ${left} not compared`),
  ];
};

/** The report, with a line break at its end. Credentials are hidden. */
export const verificationText = (pacts: readonly VerifiedPact[], page: Page): string => {
  const colours = coloursFor(page.colour);
  const { passed, failed, unknown } = countsOf(pacts);
  const total = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unknown > 0 ? [`${unknown} not verified`] : []),
  ];
  const lines = [
    ...pacts.flatMap(({ title, results, stub }) => [
      colours.bold(title),
      ...results.flatMap((result, i) => interactionLines(result, stub?.[i], { colours, width: page.width })),
      '',
    ]),
    ...comparisonLine(pacts),
    `${counted(passed + failed + unknown, 'interaction')}: ${total.join(', ')}`,
    '',
  ];
  return redact(joined(lines));
};
