/**
 * The slot's database and the recorder's PostgreSQL source, on a real server. What is tested stands in postgres/: one
 * file of tests for all of it, because each starts an environment.
 */
import { describe } from 'vitest';
import { testCommits } from './postgres/commits.ts';
import { testHeldWrites } from './postgres/held-writes.ts';
import { testEachRow } from './postgres/each-row.ts';
import { testLiveLogs } from './postgres/live-logs.ts';
import { testLiveWorkers } from './postgres/live-workers.ts';
import { testLive } from './postgres/live.ts';
import { testOwnRoles } from './postgres/own-roles.ts';
import { testSlotDatabase } from './postgres/slot-database.ts';
import { testStream } from './postgres/stream.ts';
import { testTraps } from './postgres/traps.ts';
import { usePostgres } from './support/postgres-bench.ts';
import { useRecorder } from './support/recorder-bench.ts';

const bench = usePostgres();

describe('a slot database', () => testSlotDatabase(bench));
describe('roles of a run on a server of somebody’s', () => testOwnRoles(bench));
describe('traps', () => testTraps(bench));
describe('a live system that is looked at', () => testLive(bench));
describe('a table that is gone through', () => testEachRow(bench));
describe('the log of a live system’s service', () => testLiveLogs(bench));
describe('the workers of a live system', () => testLiveWorkers(bench));
describe('a table whose writes are held', () => testHeldWrites(bench));
describe('the recorder', () => {
  const recording = useRecorder(bench);
  testCommits(recording);
  testStream(recording);
});
