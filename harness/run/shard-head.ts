/** Which part of which whole a shard is, so that `faultline merge` can tell whether shards belong together. */
import { createHash } from 'node:crypto';
import { SHARD_FILE_VERSION } from '../reporters/shard-file.ts';
import type { ShardHead } from '../reporters/shard-file.ts';
import type { Shard } from '../runner/shard.ts';
import type { WorkerSet } from '../config/types.ts';
import type { Scenario } from '../scenario/types.ts';
import type { Chosen } from './choose.ts';
import { faultlineVersion } from '../base/version.ts';

/** The same content has the same hash, in whatever order its keys stand. */
const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const hashOf = (scenario: Scenario): string =>
  createHash('sha256').update(JSON.stringify(scenario, sorted)).digest('hex').slice(0, 16);

export const shardHead = (
  shard: Shard,
  run: Pick<ShardHead, 'seed' | 'repeat' | 'fresh' | 'waiting'>,
  workers: WorkerSet,
  chosen: Chosen,
): ShardHead => ({
  version: SHARD_FILE_VERSION,
  faultline: faultlineVersion(),
  shard,
  seed: run.seed,
  repeat: run.repeat,
  fresh: run.fresh,
  waiting: run.waiting,
  workers: { name: workers.name, ...(workers.note === undefined ? {} : { note: workers.note }) },
  selection: Object.fromEntries(chosen.selection.map((scenario) => [scenario.name, hashOf(scenario)])),
  notApplicable: chosen.notApplicable,
  planned: chosen.plan.map(({ scenario, label, seed }) => ({ name: scenario.name, label, seed })),
});
