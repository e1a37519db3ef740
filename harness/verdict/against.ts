/** A run held against an earlier one, its base: what is new, what is still there, what is gone. Pure. */
import { findingsOfRun } from './findings.ts';
import type { FindingGroup, JudgedTrial } from './findings.ts';

/** One scenario of the base. */
export interface BaseScenario {
  readonly name: string;
  /** False when its verdict was unknown: what it shows is not all there is. */
  readonly decided: boolean;
  /** Ids. */
  readonly findings: readonly string[];
}

export interface Base {
  /** How it was given, for people. */
  readonly name: string;
  readonly scenarios: readonly BaseScenario[];
}

/**
 * Whether the base shows the finding in that scenario, or, where the base says nothing certain about the scenario, anywhere: a
 * scenario that is new, or was unknown, says nothing against what is being tested.
 */
export const isInBase = ({ scenarios }: Base, id: string, scenario: string): boolean => {
  const own = scenarios.filter(({ name }) => name === scenario);
  if (own.some(({ findings }) => findings.includes(id))) return true;
  const isDecided = own.length > 0 && own.every(({ decided }) => decided);
  return !isDecided && scenarios.some(({ findings }) => findings.includes(id));
};

export interface Comparison<T extends JudgedTrial = JudgedTrial> {
  /** Not in the base, in the scenarios named. */
  readonly added: readonly { readonly group: FindingGroup<T>; readonly scenarios: readonly string[] }[];
  readonly still: readonly FindingGroup<T>[];
  /** In the base; its scenarios there ran, were decided, and do not show it. */
  readonly fixed: readonly { readonly id: string; readonly scenarios: readonly string[] }[];
  /** In the base; not all of its scenarios ran or were decided, and none showed it. */
  readonly open: readonly string[];
}

export const compareWithBase = <T extends JudgedTrial>(trials: readonly T[], base: Base): Comparison<T> => {
  const groups = findingsOfRun(trials);
  const seen = new Set(groups.map(({ id }) => id));
  const decidedIn = (name: string): boolean => {
    const own = trials.filter((trial) => trial.name === name);
    return own.length > 0 && own.every(({ verdict }) => verdict.outcome !== 'unknown');
  };
  const gone = [...new Set(base.scenarios.flatMap(({ findings }) => findings))]
    .filter((id) => !seen.has(id))
    .map((id) => ({
      id,
      scenarios: [...new Set(base.scenarios.filter(({ findings }) => findings.includes(id)).map(({ name }) => name))],
    }));
  return {
    added: groups.flatMap((group) => {
      const scenarios = group.scenarios.filter((scenario) => !isInBase(base, group.id, scenario));
      return scenarios.length === 0 ? [] : [{ group, scenarios }];
    }),
    still: groups.filter(({ id, scenarios }) => scenarios.every((scenario) => isInBase(base, id, scenario))),
    fixed: gone.filter(({ scenarios }) => scenarios.every(decidedIn)),
    open: gone.filter(({ scenarios }) => !scenarios.every(decidedIn)).map(({ id }) => id),
  };
};
