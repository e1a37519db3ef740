/** How much of the contract real traffic has exercised, and what of the traffic the contract does not say. */
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
  /** What it was judged by; absent in verdicts of before it was told. */
  readonly pinned?: Pinned;
}

/** Everything that the pacts of a trial say, by name. */
export interface Pinned {
  /** Of the pacts' files. */
  readonly hash: string;
  readonly interactions: readonly string[];
  readonly providerStates: readonly string[];
}

/** What all trials of a run show together. */
export interface CoverageSummary extends Omit<ContractCoverage, 'providerStates' | 'pinned'> {
  readonly never: readonly string[];
  readonly providerStates: { readonly exercised: readonly string[]; readonly never: readonly string[] };
}

/** Each text once, in order. */
export const sortedOnce = (texts: Iterable<string>): readonly string[] => [...new Set(texts)].toSorted();

const missingIn = (all: readonly string[], seen: readonly string[]): readonly string[] =>
  all.filter((each) => !seen.includes(each));

/** Sums up the trials of a run over everything that the pacts say by which they were judged. */
export const summariseCoverage = (trials: readonly ContractCoverage[]): CoverageSummary => {
  const all = (part: keyof Omit<ContractCoverage, 'pinned'>): readonly string[] =>
    sortedOnce(trials.flatMap((trial) => trial[part]));
  const pinned = (part: 'interactions' | 'providerStates'): readonly string[] =>
    sortedOnce(trials.flatMap((trial) => trial.pinned?.[part] ?? []));
  const exercised = all('exercised');
  const states = all('providerStates');
  return {
    exercised,
    never: missingIn(pinned('interactions'), exercised),
    providerStates: {
      exercised: states,
      never: missingIn(pinned('providerStates'), states),
    },
    unknownFields: all('unknownFields'),
    uncovered: all('uncovered'),
  };
};
