/** An explanation for people: when it was certain, and what the trials with a changed scenario prove. */
import { always } from '../explain/attribute.ts';
import type { FaultInvolvement, Shown } from '../explain/attribute.ts';
import { hanging, joined, coloursFor, counted } from '../reporters/style.ts';
import type { Colours } from '../reporters/style.ts';
import { coded } from '../verdict/codes.ts';
import type { ExplainedFinding, Explanation } from './explanation.ts';

interface Page {
  readonly colours: Colours;
  readonly width: number;
}

type Baked = ExplainedFinding['bakedIn'][number];

const bakedText = (baked: Baked): string => {
  const whose = baked.subject === undefined ? '' : `${baked.subject}: `;
  const event = baked.event === undefined ? '' : `, ${baked.event}`;
  switch (baked.kind) {
    case 'broke':
      return `${whose}certain from #${baked.seq} on${event}`;
    case 'lost':
      return `${whose}certain from #${baked.seq} on${event}: what was to bring it about was lost there (${baked.by})`;
    case 'open':
      return `${whose}never certain: nothing shut its way, it might have come until the trial was over`;
    case 'together':
      return `${whose}certain at the end: no one event alone broke it`;
  }
};

/** `3 of 3`; `1 of 2, 1 unknown`. */
const shownText = ({ shown, decided, played }: Shown): string =>
  `${shown} of ${decided}${decided === played ? '' : `, ${played - decided} unknown`}`;

const COLOUR_OF: Readonly<Record<FaultInvolvement['involvement'], 'red' | 'yellow' | 'dim'>> = {
  'caused by': 'red',
  contributes: 'red',
  'not involved': 'dim',
  'cannot tell': 'yellow',
};

const faultLines = (label: string, { involvement, without, healedAtOnce }: FaultInvolvement, page: Page) => [
  ...hanging(`      ${page.colours[COLOUR_OF[involvement]](involvement.padEnd(13))} `, label, page.width),
  ...hanging(
    '                    ',
    [
      `it comes without the fault in ${shownText(without)}`,
      ...(healedAtOnce === undefined ? [] : [`healed as soon as it struck in ${shownText(healedAtOnce)}`]),
    ].join(', '),
    page.width,
  ),
];

const proofLines = ({ proof }: ExplainedFinding, faults: readonly string[], page: Page): readonly string[] => {
  const { again, withoutAny } = proof;
  return [
    ...hanging(
      '      ',
      `it came again in ${shownText(again)}${withoutAny === undefined ? '' : `, without any fault in ${shownText(withoutAny)}`}`,
      page.width,
    ),
    ...(faults.length === 0
      ? hanging(
          '      ',
          always(again)
            ? 'the scenario has no fault: its steps alone bring it about, or the workers do by themselves'
            : 'the scenario has no fault that it could have come of, and it does not come each time',
          page.width,
        )
      : proof.faults.flatMap((each) => faultLines(faults[each.fault] ?? '', each, page))),
  ];
};

const findingLines = (finding: ExplainedFinding, faults: readonly string[], page: Page): readonly string[] => [
  `  ${page.colours.bold(coded(finding.code, finding.id))}`,
  ...hanging('      ', finding.message, page.width),
  ...finding.bakedIn.flatMap((baked) => hanging('      ', bakedText(baked), page.width)),
  ...proofLines(finding, faults, page),
  '',
];

/** Ends with a line feed. */
export const explanationText = (
  explanation: Explanation,
  options: { readonly colour: boolean; readonly width: number },
): string => {
  const page: Page = { colours: coloursFor(options.colour), width: options.width };
  const { scenario, seed, workers, faults, findings, notAsked, trials } = explanation;
  const { bold, dim } = page.colours;
  const seeds = new Set(trials.map((trial) => trial.seed)).size;
  return `${joined([
    `${bold(scenario)}${dim(`  with the workers ${workers}, seed ${seed}`)}`,
    ...hanging('  ', `asked by ${counted(trials.length, 'trial')} with ${counted(seeds, 'seed')}`, page.width),
    '',
    ...findings.flatMap((finding) => findingLines(finding, faults, page)),
    ...(notAsked.length === 0
      ? []
      : [...hanging('  ', `Not asked, as it speaks of the faults themselves: ${notAsked.join(', ')}`, page.width), '']),
    ...trials.map(({ label, seed: own, verdict, folder }) =>
      dim(`  ${verdict.padEnd(8)} ${label}, seed ${own}: ${folder}`),
    ),
  ])}\n`;
};
