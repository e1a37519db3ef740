/** The shards of a run as the run that they are together. */
import type { RunEnd } from '../reporters/types.ts';
import type { StoredShard } from './read-shards.ts';
import type { LabelledResult } from './report-results.ts';

/** By the scenario's name, as a run without shards has them; repeats in their order. */
export const inOrder = (shards: readonly StoredShard[]): readonly LabelledResult[] => {
  const all = shards.flatMap(({ document }) => document.results);
  const names = [...new Set(all.map(({ result }) => result.name))].sort();
  return names.flatMap((name) => all.filter(({ result }) => result.name === name));
};

export const endOf = (
  shards: readonly StoredShard[],
  first: StoredShard,
  held: Pick<RunEnd, 'premises' | 'replayOf'>,
): RunEnd => ({
  ...held,
  results: inOrder(shards).map(({ result }) => result),
  notApplicable: first.document.notApplicable,
  notRun: 0,
  stopped: undefined,
  workers: first.document.workers,
  // They ran side by side, or could have.
  durationMs: Math.max(...shards.map(({ document }) => document.durationMs)),
});
