/** Accepting findings: from what was known to what is known now. Pure. */
import type { KnownFinding } from './known.ts';

/** About the same finding with the same worker sets. */
const sameMatter = (a: KnownFinding, b: KnownFinding): boolean =>
  a.finding === b.finding && [...(a.workers ?? ['*'])].sort().join() === [...(b.workers ?? ['*'])].sort().join();

const sameAnswer = (a: KnownFinding, b: KnownFinding): boolean =>
  sameMatter(a, b) && a.owner === b.owner && a.reason === b.reason && a.until === b.until;

/** What an earlier entry still answers for. */
const without = (entry: KnownFinding, scenarios: readonly string[]): readonly KnownFinding[] => {
  const left = scenarios.includes('*') ? [] : entry.scenarios.filter((name) => !scenarios.includes(name));
  return left.length === 0 ? [] : [{ ...entry, scenarios: left }];
};

/**
 * The entries with these ones added. For a finding, scenario and worker set the later answer counts, and scenarios under the same owner,
 * reason and date are one entry.
 */
export const accept = (known: readonly KnownFinding[], accepted: readonly KnownFinding[]): readonly KnownFinding[] =>
  accepted.reduce<readonly KnownFinding[]>((entries, added) => {
    const others = entries.flatMap((entry) => (sameMatter(entry, added) ? without(entry, added.scenarios) : [entry]));
    const same = others.find((entry) => sameAnswer(entry, added));
    if (same === undefined) return [...others, added];
    const scenarios = [...new Set([...same.scenarios, ...added.scenarios])];
    return others.map((entry) =>
      entry === same ? { ...entry, scenarios: scenarios.includes('*') ? ['*'] : scenarios } : entry,
    );
  }, known);

/** Does an entry name this scenario for the finding? */
export const isKnownIn = (known: readonly KnownFinding[], finding: string, scenario: string): boolean =>
  known.some((entry) => entry.finding === finding && entry.scenarios.includes(scenario));

/** The entries without what they say of these findings in these scenarios; none named: wherever. */
export const remove = (
  known: readonly KnownFinding[],
  findings: readonly string[],
  scenarios: readonly string[],
): readonly KnownFinding[] =>
  known.flatMap((entry) =>
    findings.includes(entry.finding) ? without(entry, scenarios.length === 0 ? ['*'] : scenarios) : [entry],
  );
