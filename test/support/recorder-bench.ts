/** A database for each test, with the recorder's PostgreSQL source on it. */
import { afterEach, beforeEach, expect } from 'vitest';
import type { SlotDatabase } from '../../harness/database/slot-database.ts';
import type { HistoryEvent } from '../../harness/history/events.ts';
import { startPostgresRecorder } from '../../harness/recorder/postgres.ts';
import type { PostgresRecorder } from '../../harness/recorder/postgres.ts';
import { SCHEMA } from './postgres-bench.ts';
import type { PostgresBench } from './postgres-bench.ts';
import { createTape } from './postgres.ts';

export const BARRIER_MS = 5000;

interface Recording {
  readonly tape: ReturnType<typeof createTape>;
  readonly database: SlotDatabase;
  readonly recorder: PostgresRecorder;
}

/** Registers the hooks; the database is there as soon as a test runs. */
export const useRecorder = (bench: PostgresBench) => {
  let recording: Recording | undefined;
  const now = () => {
    if (!recording) throw new Error('the database is there only inside a test');
    return { ...bench.now(), ...recording };
  };
  beforeEach(async () => {
    const tape = createTape();
    const database = await bench.create(SCHEMA, tape.record);
    recording = { tape, database, recorder: await startPostgresRecorder({ database, record: tape.record }) };
  });
  afterEach(async () => {
    const { recorder, database } = now();
    await recorder.stop();
    await database.drop();
  });

  return {
    now,
    /** A further database of the test's own. */
    create: (record: ReturnType<typeof createTape>['record']) => bench.create(SCHEMA, record),
    /** Everything committed so far. */
    commits: async (): Promise<readonly HistoryEvent<'postgres.commit'>[]> => {
      const { recorder, tape } = now();
      expect(await recorder.caughtUp(BARRIER_MS)).toBe(true);
      return tape.of('postgres.commit');
    },
  };
};

export type RecorderBench = ReturnType<typeof useRecorder>;
