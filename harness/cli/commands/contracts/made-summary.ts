/** What the pacts that were made are worth. Pure. */
import { oneLine } from '../../../base/presentable.ts';
import { count } from '../../../history/names.ts';
import type { BrokenInteraction } from '../../../pact/consumer/make.ts';

export interface MadePact {
  /** Path, as it is shown. */
  readonly pact: string;
  readonly interactions: number;
  readonly broken: readonly Pick<BrokenInteraction, 'description' | 'reason'>[];
  readonly state: 'new' | 'changed' | 'unchanged' | 'left as it was' | 'not made';
}

const brokenLines = ({ description, reason }: MadePact['broken'][number]): readonly string[] => [
  `    ✗ ${description}`,
  ...reason
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `        ${line.trim()}`),
];

const linesOf = ({ pact, interactions, broken, state }: MadePact): readonly string[] => {
  const all = count(interactions, 'interaction');
  return [
    `  ${state.padEnd('left as it was'.length)}  ${pact}: ${broken.length === 0 ? all : `${broken.length} of ${all} did not come about`}`,
    ...broken.flatMap(brokenLines),
  ];
};

const sum = (made: readonly MadePact[]): number => made.reduce((all, { interactions }) => all + interactions, 0);

const verdictOf = (made: readonly MadePact[], unmade: readonly string[]): readonly string[] => {
  const incomplete = made.filter(({ broken }) => broken.length > 0);
  const old = incomplete.filter(({ state }) => state === 'left as it was').map(({ pact }) => pact);
  return [
    incomplete.length === 0
      ? `Complete: ${count(made.length, 'pact')} with ${count(sum(made), 'interaction')}; each came about with these workers`
      : `Not complete: ${made.length - incomplete.length} of ${count(made.length, 'pact')} written; one with an interaction that did not come about is not`,
    ...(old.length === 0 ? [] : [`Made earlier, and not by this run: ${old.join(', ')}`]),
    ...(unmade.length === 0 ? [] : [`These workers have no part in ${unmade.join(', ')}`]),
  ];
};

/** Line by line; `unmade`: names of pacts that these workers have no part in. */
export const summaryOf = (made: readonly MadePact[], unmade: readonly string[]): string =>
  [...made.flatMap(linesOf), ...verdictOf(made, unmade)].map((line) => `${oneLine(line)}\n`).join('');
