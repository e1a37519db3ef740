/** Part of postgres.test.ts: the recorder's barrier, and the replication stream and slot behind it. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { connectionTo, withClient } from '../../harness/database/access.ts';
import type { SlotDatabase } from '../../harness/database/slot-database.ts';
import { startPostgresRecorder } from '../../harness/recorder/postgres.ts';
import { errorOf } from '../support/postgres-bench.ts';
import { BARRIER_MS } from '../support/recorder-bench.ts';
import type { RecorderBench } from '../support/recorder-bench.ts';
import { createTape, eventually } from '../support/postgres.ts';
import { insertPayment } from '../support/outside-rows.ts';

export const testStream = ({ now, commits, create }: RecorderBench): void => {
  test('has recorded everything that was committed before a barrier, also without waiting', async () => {
    const { database, recorder } = now();
    const waits: number[] = [];
    for (let round = 0; round < 100; round += 1) {
      const id = randomUUID();
      await insertPayment(database, 'test', { id, studentId: id, courseId: id, amountCents: 1 });
      const begun = performance.now();
      const seen = await commits();
      waits.push(performance.now() - begun);
      expect(seen.at(-1)?.correlationId).toBe(id);
    }
    // 0.3 ms typical. A mark that is not flushed at once takes some 100 ms.
    expect(waits.toSorted((a, b) => a - b)[10]).toBeLessThan(50);
    // Several barriers at once all come back.
    const many = await Promise.all(Array.from({ length: 10 }, () => recorder.caughtUp(BARRIER_MS)));
    expect(many).toEqual(Array.from({ length: 10 }, () => true));
  }, 120_000);

  test('shows a commit within milliseconds of its reply', async () => {
    const { database, tape } = now();
    const waits: number[] = [];
    for (let round = 0; round < 100; round += 1) {
      const id = randomUUID();
      await insertPayment(database, 'test', { id, studentId: id, courseId: id, amountCents: 1 });
      const replied = performance.now();
      await eventually('the commit', () => tape.of('postgres.commit').at(-1)?.correlationId === id);
      waits.push(performance.now() - replied);
    }
    waits.sort((a, b) => a - b);
    // 0.1 ms typical; one in ten, as machines are loaded.
    expect(waits[10]).toBeLessThan(20);
  }, 120_000);

  test('says so when the stream falls silent, whether a barrier waits for long or several give up one after the other; a sender that hangs holds up nobody', async () => {
    const tape = createTape();
    const database = await create(tape.record);
    const recorder = await startPostgresRecorder({ database, record: tape.record });
    const { rows } = await withClient(connectionTo(database.server, 'admin', 'postgres'), (client) =>
      client.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE application_name = 'faultline-recorder' AND datname = $1`,
        [database.name],
      ),
    );
    const pids = rows.map(({ pid }) => pid);
    expect(pids).toHaveLength(1);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      // As a trial does it: what one barrier has asked in vain counts for the next.
      const lost = (): boolean => tape.of('trial.harness-error').length > 0;
      for (let barriers = 0; barriers < 8 && !lost(); barriers += 1) expect(await recorder.caughtUp(2000)).toBe(false);
      expect(tape.of('trial.harness-error').map(({ message }) => message)).toEqual([
        expect.stringContaining('the replication stream of PostgreSQL broke: it fell silent'),
      ]);
      // Told to end, it does not hear it: that is said, and the trial is run once more in another database.
      expect(await errorOf(recorder.stop())).toMatchObject({
        code: 'environment',
        message: expect.stringContaining('still holds the replication slot') as string,
      });
      const another = await create(tape.record);
      const next = await startPostgresRecorder({ database: another, record: tape.record });
      expect(await next.caughtUp(BARRIER_MS)).toBe(true);
      await next.stop();
      // Nothing can be dropped meanwhile: that waits for every process of the server.
      await another.close();
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    await eventually('the sender to end, as it was told', async () => {
      const slots = await database.query('SELECT 1 FROM pg_replication_slots WHERE database = $1', [database.name]);
      return slots.length === 0;
    });
    await database.drop();
  }, 120_000);

  test('says so when the stream breaks: a harness error, and no barrier passes', async () => {
    const { database, recorder, tape } = now();
    await withClient(connectionTo(database.server, 'admin', 'postgres'), (client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'faultline-recorder' AND datname = $1`,
        [database.name],
      ),
    );
    await eventually('the harness error', () => tape.of('trial.harness-error').length > 0);
    expect(tape.of('trial.harness-error')[0]?.message).toMatch(/replication stream/);
    const begun = performance.now();
    expect(await recorder.caughtUp(BARRIER_MS)).toBe(false);
    // At once: there is nothing to wait for.
    expect(performance.now() - begun).toBeLessThan(BARRIER_MS / 2);
  });

  test('gives up a barrier at its deadline', async () => {
    const { database, tape } = now();
    // A database to which the mark never gets.
    const deaf: SlotDatabase = { ...database, ask: () => new Promise(() => undefined) };
    const waiting = await startPostgresRecorder({ database: deaf, record: tape.record });
    const begun = performance.now();
    expect(await waiting.caughtUp(50)).toBe(false);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(45);
    await waiting.stop();
  });

  test('tells the server how far it has read, so that it may forget its log', async () => {
    const { database } = now();
    const id = randomUUID();
    await insertPayment(database, 'test', { id, studentId: id, courseId: id, amountCents: 1 });
    const [commit] = await commits();
    const position = `${parseInt(commit?.lsn.slice(0, 8) ?? '', 16).toString(16)}/${commit?.lsn.slice(8)}`;
    await eventually('the slot to move past the commit', async () => {
      const rows = await database.query<{ past: boolean }>(
        'SELECT confirmed_flush_lsn >= $1::pg_lsn AS past FROM pg_replication_slots WHERE database = $2',
        [position, database.name],
      );
      return rows[0]?.past === true;
    });
  });

  test('frees its slot when it stops, so that the database can be dropped', async () => {
    const { database, recorder, tape } = now();
    await recorder.stop();
    expect(await recorder.caughtUp(BARRIER_MS)).toBe(false);
    await recorder.stop();
    for (let round = 0; round < 20; round += 1) {
      const another = await startPostgresRecorder({ database, record: tape.record });
      await another.stop();
      const slots = await database.query('SELECT 1 FROM pg_replication_slots WHERE database = $1', [database.name]);
      expect(slots).toEqual([]);
    }
  });

  test('names the setting when the server cannot replicate', async () => {
    const { server, database, tape } = now();
    const error = await errorOf(
      startPostgresRecorder({
        database: { ...database, server: { ...database.server, admin: database.server.worker } },
        record: tape.record,
      }),
    );
    expect(error).toMatchObject({ code: 'environment' });
    expect(`${error.message} ${error.hint}`).not.toContain(server.postgres.worker.password);
  });
};
