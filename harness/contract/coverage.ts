/** How much of the contract real traffic has exercised, and what of the traffic the contract does not say. */
import type { Pact } from './pact.ts';

/** What one trial's traffic shows. Every list is sorted and without repeats. */
export interface ContractCoverage {
  /** Ids of the interactions that a call or a record was an instance of. */
  readonly exercised: readonly string[];
  /** Provider states that a call found. */
  readonly providerStates: readonly string[];
  /** `POST /path: $.field`, `topic: $.field`: fields that no interaction has. */
  readonly unknownFields: readonly string[];
  /** `POST /path: 503`, `GET /other`: answers and routes that no interaction has. */
  readonly uncovered: readonly string[];
}

/** What all trials of a run show together. */
export interface CoverageSummary extends Omit<ContractCoverage, 'providerStates'> {
  readonly never: readonly string[];
  readonly providerStates: { readonly exercised: readonly string[]; readonly never: readonly string[] };
}

/** Each text once, in order. */
export const sortedOnce = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();

const missingIn = (all: readonly string[], seen: readonly string[]): readonly string[] =>
  all.filter((each) => !seen.includes(each));

/** Sums up the trials of a run over everything that is pinned. */
export const summariseCoverage = (pacts: readonly Pact[], trials: readonly ContractCoverage[]): CoverageSummary => {
  const interactions = pacts.flatMap((pact) => pact.interactions);
  const all = (part: keyof ContractCoverage): readonly string[] => sortedOnce(trials.flatMap((trial) => trial[part]));
  const exercised = all('exercised');
  const states = all('providerStates');
  return {
    exercised,
    never: missingIn(sortedOnce(interactions.map(({ id }) => id)), exercised),
    providerStates: {
      exercised: states,
      never: missingIn(sortedOnce(interactions.flatMap(({ providerStates }) => providerStates)), states),
    },
    unknownFields: all('unknownFields'),
    uncovered: all('uncovered'),
  };
};
