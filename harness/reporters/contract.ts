/** The contract's coverage at the end of a run, in a few lines. Pure. */
import { summariseCoverage } from '../contract/coverage.ts';
import type { CoverageSummary } from '../contract/coverage.ts';
import type { TrialResult } from '../verdict/result.ts';

/** Over all trials; undefined when none was judged. */
export const coverageOfRun = (results: readonly TrialResult[]): CoverageSummary | undefined => {
  const judged = results.flatMap(({ verdict }) => verdict.contract ?? []);
  return judged.length === 0 ? undefined : summariseCoverage(judged);
};

const MOST_SHOWN = 3;

const some = (texts: readonly string[], separator = '; '): string => {
  const more = texts.length - MOST_SHOWN;
  return `${texts.slice(0, MOST_SHOWN).join(separator)}${more > 0 ? `${separator}and ${more} more` : ''}`;
};

const lineOf = (what: string, texts: readonly string[]): readonly string[] =>
  texts.length === 0 ? [] : [`  ${what}: ${some(texts)}`];

/** Lines without line breaks. */
export const coverageLines = ({ exercised, never, providerStates, unknownFields, uncovered }: CoverageSummary) => {
  const states = providerStates.exercised.length + providerStates.never.length;
  const interactions = exercised.length + never.length;
  if (interactions === 0) return ['contract: no pacts to judge by (`pacts` in faultline.config.ts names their folder)'];
  return [
    `contract: ${exercised.length} of ${interactions} interactions and ` +
      `${providerStates.exercised.length} of ${states} provider states exercised by real traffic (--json lists them)`,
    ...lineOf('never', never),
    ...lineOf('states never', providerStates.never),
    ...lineOf('not in the contract', uncovered),
    ...lineOf('fields not in the contract', unknownFields),
  ];
};
