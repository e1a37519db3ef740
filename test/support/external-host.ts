/** Plays scenarios with the reference workers on a cluster that is somebody else's. */
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import { loadConfig } from '../../harness/config/load.ts';
import type { HistoryEvent } from '../../harness/history/events.ts';
import type { Scenario } from '../../harness/scenario/types.ts';
import { openHost } from '../../harness/trial/host.ts';
import type { TrialHost } from '../../harness/trial/types.ts';
import type { TrialResult } from '../../harness/verdict/result.ts';

export type Variables = Readonly<Record<string, string>>;

export interface ExternalRun {
  /** A folder for what the runs write. */
  readonly out: string;
  /** Addresses and credentials. */
  readonly variables: Variables;
  /** Hears every line of progress. */
  readonly said?: string[];
  /** Default: hardened. */
  readonly workers?: string;
}

export const withExternalHost = async <T>(
  { out, variables, said = [], workers = 'hardened' }: ExternalRun,
  work: (host: TrialHost) => Promise<T>,
): Promise<T> => {
  const config = await loadConfig({ cwd: out });
  const set = config.workerSets[workers];
  if (set === undefined) throw new Error(`no ${workers} workers`);
  const host = await openHost({
    config,
    workers: set,
    environment: 'external',
    fresh: false,
    outDir: join(out, 'runs'),
    progress: (line) => said.push(line),
    env: { ...process.env, FAULTLINE_HOME: join(packageRoot, '.faultline'), ...variables },
  });
  try {
    return await work(host);
  } finally {
    await host.close();
  }
};

export const playAll = async (host: TrialHost, scenarios: readonly Scenario[]): Promise<TrialResult[]> => {
  const results: TrialResult[] = [];
  for (const [seed, scenario] of scenarios.entries()) results.push(await host.run({ scenario, seed }));
  return results;
};

export const verdicts = (results: readonly TrialResult[]): readonly unknown[] =>
  results.map(({ name, verdict }) => [name, verdict.outcome, verdict.unknown]);

/** Groups that the recorder has seen at work. */
export const groupsIn = (events: readonly HistoryEvent[]): ReadonlySet<string> =>
  new Set(
    events.flatMap((event) =>
      event.kind === 'offsets.committed' || event.kind === 'offsets.group-changed' ? [event.group] : [],
    ),
  );
