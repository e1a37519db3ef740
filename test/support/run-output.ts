/** What a run of the command line leaves on disk, as its readers know it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EventKind, HistoryEvent } from '../../harness/history/events.ts';
import type { JsonDocument, JsonScenario } from '../../harness/reporters/json-document.ts';
import type { TrialResult } from '../../harness/verdict/result.ts';

/** The document of `--json FILE`. */
export const readJson = (file: string): JsonDocument => JSON.parse(readFileSync(file, 'utf8')) as JsonDocument;

/** The one row of that scenario. */
export const rowOf = ({ scenarios }: Pick<JsonDocument, 'scenarios'>, name: string): JsonScenario => {
  const [row, ...more] = scenarios.filter((one) => one.name === name);
  if (row === undefined || more.length > 0) throw new Error(`${more.length + (row ? 1 : 0)} results for ${name}`);
  return row;
};

/** Ids of the invariants that the row says are violated. */
export const violatedIn = (row: Pick<JsonScenario, 'invariants'>): readonly string[] =>
  row.invariants.flatMap(({ id, verdict }) => (verdict === 'violated' ? [id] : []));

/** The whole events of a history, also of one that is being written. */
export const eventsIn = (runDir: string): readonly HistoryEvent[] => {
  const file = join(runDir, 'history.ndjson');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as HistoryEvent);
};

/** Those of one kind. */
export const eventsOf = <K extends EventKind>(events: readonly HistoryEvent[], kind: K): readonly HistoryEvent<K>[] =>
  events.filter((event): event is HistoryEvent<K> & HistoryEvent => event.kind === kind);

export const readVerdict = (runDir: string): TrialResult =>
  JSON.parse(readFileSync(join(runDir, 'verdict.json'), 'utf8')) as TrialResult;

/** The run folders in a folder of runs, the oldest first. */
export const runFoldersIn = (out: string): readonly string[] =>
  existsSync(out)
    ? readdirSync(out)
        .filter((name) => /^\d{4}-/.test(name))
        .sort()
        .map((name) => join(out, name))
    : [];
