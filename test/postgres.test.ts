/** The slot's database and the recorder's PostgreSQL source, on a real server. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FaultlineError } from '../harness/base/errors.ts';
import { packageRoot } from '../harness/base/package-root.ts';
import type { SchemaSource } from '../harness/config/types.ts';
import { connectionTo } from '../harness/database/access.ts';
import { createSlotDatabase, dropTemplates } from '../harness/database/database.ts';
import type { SlotDatabase } from '../harness/database/database.ts';
import {
  findPurchase,
  insertPayment,
  insertProcessedEvent,
  insertPurchase,
  purgeIds,
} from '../harness/database/rows.ts';
import type { Environment } from '../harness/environment/types.ts';
import type { HistoryEvent } from '../harness/history/events.ts';
import { startPostgresRecorder } from '../harness/recorder/postgres.ts';
import type { PostgresRecorder } from '../harness/recorder/postgres.ts';
import { createTape, eventually, openPostgres } from './support/postgres.ts';

const BARRIER_MS = 5000;
const SCHEMA: SchemaSource = { file: join(packageRoot, 'fixtures/schema.sql') };

let server: Environment;
let folder: string;
let databases = 0;

beforeAll(async () => {
  server = await openPostgres();
  folder = mkdtempSync(join(tmpdir(), 'faultline-postgres-test-'));
}, 120_000);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const create = (schema: SchemaSource = SCHEMA, record = createTape().record): Promise<SlotDatabase> =>
  createSlotDatabase({
    environment: server,
    schema,
    name: `slot_${(databases += 1)}`,
    env: { PATH: process.env['PATH'] },
    record,
  });

const asWorker = async <T>(database: SlotDatabase, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client(connectionTo(database.server, 'worker', database.name));
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};

const allDatabases = async (): Promise<string[]> => {
  const client = new Client(connectionTo(server.postgres, 'admin', 'postgres'));
  await client.connect();
  const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
  await client.end();
  return rows.map((row) => row.datname);
};

const errorOf = async (work: Promise<unknown>): Promise<FaultlineError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FaultlineError);
  return error as FaultlineError;
};

describe('a slot database', () => {
  test('has the team tables, owned by the worker role, and the index the workers ask for', async () => {
    const database = await create();
    expect(database.tables).toEqual([
      'student_course_purchases',
      'trainer_allocations',
      'processed_events',
      'payments',
    ]);
    const found = await asWorker(database, async (client) => {
      const indexes = await client.query<{ indexname: string; indexdef: string }>(
        `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname`,
      );
      const owners = await client.query<{ tableowner: string }>(
        `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'`,
      );
      return { indexes: indexes.rows, owners: owners.rows };
    });
    const indexes = Object.fromEntries(found.indexes.map((row) => [row.indexname, row.indexdef]));
    expect(indexes['unique_active_purchase']).toMatch(/UNIQUE .*\(student_id, course_id\) WHERE is_active/);
    expect(indexes['unique_active_allocation']).toMatch(/UNIQUE .*\(student_id, course_id\) WHERE .*approved.*active/);
    expect(Object.values(indexes)).toContainEqual(expect.stringMatching(/UNIQUE .*\(correlation_id, event_type\)/));
    expect(found.owners).toEqual([{ tableowner: database.server.worker.user }]);
    await database.drop();
    expect(await allDatabases()).not.toContain(database.name);
  });

  test('applies the schema once, and does not share rows', async () => {
    const first = await create();
    await insertPayment(first, 'payment-service', {
      id: randomUUID(),
      studentId: randomUUID(),
      courseId: randomUUID(),
      amountCents: 100,
    });
    const second = await create();
    expect((await allDatabases()).filter((name) => name.startsWith('faultline_template_'))).toHaveLength(1);
    expect(await second.query('SELECT 1 FROM payments')).toHaveLength(0);
    await Promise.all([first.drop(), second.drop()]);
  });

  test('takes a command as its schema, with the address in its environment', async () => {
    const script = join(folder, 'migrate.mjs');
    writeFileSync(
      script,
      `import { readFileSync } from 'node:fs';
       import { createRequire } from 'node:module';
       const { Client } = createRequire(${JSON.stringify(join(packageRoot, 'package.json'))})('pg');
       if (process.env.DATABASE_URL !== process.env.POSTGRES_URL) throw new Error('two addresses');
       const client = new Client({ connectionString: process.env.DATABASE_URL });
       await client.connect();
       await client.query(readFileSync(${JSON.stringify(join(packageRoot, 'fixtures/schema.sql'))}, 'utf8'));
       await client.query('DROP TABLE payments');
       await client.end();`,
    );
    const database = await create({ command: [process.execPath, script], cwd: folder, env: {} });
    expect(database.tables).not.toContain('payments');
    // Workers treat payments as optional, and so does the harness.
    expect(
      await insertPayment(database, 'payment-service', {
        id: randomUUID(),
        studentId: randomUUID(),
        courseId: randomUUID(),
        amountCents: 1,
      }),
    ).toBe(false);
    await database.drop();
  });

  test('says what is wrong with a schema, and leaves nothing behind', async () => {
    const before = await allDatabases();
    const script = join(folder, 'broken.mjs');
    writeFileSync(
      script,
      `console.log('migrating'); console.error('no such thing, ' + process.env.DATABASE_URL); process.exit(7)`,
    );
    const broken = await errorOf(create({ command: [process.execPath, script], cwd: folder, env: {} }));
    expect(broken).toMatchObject({ code: 'config' });
    expect(broken.message).toMatch(/broken\.mjs.*exit code 7[\s\S]*migrating[\s\S]*no such thing/);
    expect(broken.message).not.toContain(server.postgres.worker.password);

    const absent = await errorOf(create({ command: ['no-such-migrator'], cwd: folder, env: {} }));
    expect(absent.message).toMatch(/no-such-migrator.*ENOENT/);

    const file = join(folder, 'broken.sql');
    writeFileSync(file, 'CREATE TABLE a (id int);\n\nCREATE TABLE b (id nonsense);\n');
    const sql = await errorOf(create({ file }));
    expect(sql.message).toMatch(/broken\.sql: line 3: .*nonsense/);

    const missing = await errorOf(create({ file: join(folder, 'nowhere.sql') }));
    expect(missing.message).toMatch(/nowhere\.sql.*ENOENT/);

    writeFileSync(file, 'CREATE TABLE payments (id uuid);');
    const incomplete = await errorOf(create({ file }));
    expect(incomplete.message).toMatch(/no table student_course_purchases, trainer_allocations, processed_events/);
    expect(await allDatabases()).toEqual(before);
  });

  test('counts the open transactions of workers, and ends their connections', async () => {
    const database = await create();
    await asWorker(database, async (client) => {
      expect(await database.openTransactions()).toBe(0);
      await client.query('BEGIN');
      expect(await database.openTransactions()).toBe(1);
      await client.query('SELECT 1');
      expect(await database.openTransactions()).toBe(1);
      await client.query('ROLLBACK');
      expect(await database.openTransactions()).toBe(0);
      await client.query('BEGIN');
      expect(await database.terminateWorkerBackends()).toBe(1);
      expect(await database.openTransactions()).toBe(0);
      await expect(client.query('COMMIT')).rejects.toThrow();
    });
    // What the harness has open itself is not counted.
    await database.writeAs('test', async () => expect(await database.openTransactions()).toBe(0));
    await database.drop();
  });

  test('rolls a failed transaction back and keeps the connection usable', async () => {
    const database = await create();
    const ids = { id: randomUUID(), studentId: randomUUID(), courseId: randomUUID() };
    for (let round = 0; round < 20; round += 1)
      await expect(
        database.writeAs('test', async (client) => {
          await client.query('INSERT INTO payments (id, student_id, amount_cents, status) VALUES ($1, $2, 1, $3)', [
            ids.id,
            ids.studentId,
            'x',
          ]);
          throw new Error('changed my mind');
        }),
      ).rejects.toThrow('changed my mind');
    await expect(
      database.writeAs('test', async (client) => {
        await client.query('SELECT 1/0').catch(() => undefined);
      }),
    ).rejects.toThrow('rolled back');
    expect(await database.query('SELECT 1 FROM payments')).toHaveLength(0);
    await database.drop();
  });

  test('finds a purchase, and purges rows by their ids', async () => {
    const database = await create();
    const purchase = { studentId: randomUUID(), courseId: randomUUID(), purchaseTier: 20, metadata: { a: 1 } };
    const other = randomUUID();
    const inactive = randomUUID();
    const active = randomUUID();
    await insertPurchase(database, 'test', { ...purchase, id: active });
    await insertPurchase(database, 'test', { ...purchase, id: inactive, isActive: false });
    await insertPurchase(database, 'test', { ...purchase, id: other, studentId: other });
    expect(await findPurchase(database, purchase.studentId, purchase.courseId)).toEqual({
      ...purchase,
      id: active,
      isActive: true,
    });
    expect(await findPurchase(database, purchase.studentId, randomUUID())).toBeUndefined();

    const correlationId = randomUUID();
    await insertProcessedEvent(database, 'test', {
      eventId: 'x',
      eventType: 'PURCHASE_CREATED',
      correlationId,
      payload: {},
      source: 'payment-service',
    });
    await purgeIds(database, { correlationIds: [correlationId], studentIds: [purchase.studentId] });
    expect(await database.query('SELECT id FROM student_course_purchases')).toEqual([{ id: other }]);
    expect(await database.query('SELECT 1 FROM processed_events')).toHaveLength(0);
    await database.drop();
  });

  test('tells when a connection of the harness breaks, and survives it', async () => {
    const tape = createTape();
    const database = await create(SCHEMA, tape.record);
    await asWorker(database, () => Promise.resolve());
    const admin = new Client(connectionTo(server.postgres, 'admin', 'postgres'));
    await admin.connect();
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database.name]);
    await admin.end();
    await eventually('the harness error', () => tape.of('trial.harness-error').length > 0);
    // A connection whose end has not been heard of yet may be tried first.
    const answer = await eventually('an answer', () => database.query('SELECT 1 AS one').catch(() => undefined));
    expect(answer).toEqual([{ one: 1 }]);
    await database.drop();
  });

  test('drops its templates', async () => {
    await dropTemplates(server.postgres);
    expect((await allDatabases()).filter((name) => name.startsWith('faultline_'))).toEqual([]);
  });
});

describe('the recorder', () => {
  let database: SlotDatabase;
  let recorder: PostgresRecorder;
  let tape: ReturnType<typeof createTape>;

  beforeEach(async () => {
    tape = createTape();
    database = await create(SCHEMA, tape.record);
    recorder = await startPostgresRecorder({ database, record: tape.record });
  });

  afterEach(async () => {
    await recorder.stop();
    await database.drop();
  });

  const commits = async (): Promise<readonly HistoryEvent<'postgres.commit'>[]> => {
    expect(await recorder.caughtUp(BARRIER_MS)).toBe(true);
    return tape.of('postgres.commit');
  };

  test('records one commit with typed values, its writer and its correlation id', async () => {
    const id = randomUUID();
    const before = Date.now();
    await insertProcessedEvent(database, 'payment-service', {
      eventId: 'event-1',
      eventType: 'PURCHASE_CONFIRMED',
      correlationId: id,
      payload: { nested: { list: [1, 'two', null] } },
      source: 'payment-service',
    });
    const [commit, ...rest] = await commits();
    expect(rest).toEqual([]);
    expect(commit).toMatchObject({
      source: 'postgres',
      correlationId: id,
      writer: 'payment-service',
      changes: [
        {
          table: 'processed_events',
          op: 'insert',
          row: {
            event_id: 'event-1',
            correlation_id: id,
            payload: { nested: { list: [1, 'two', null] } },
            processed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
          },
        },
      ],
    });
    expect(commit?.lsn).toMatch(/^[0-9a-f]{16}$/);
    expect(commit?.xid).toBeGreaterThan(0);
    expect(commit?.committedAt).toBeGreaterThan(before - 5);
    expect(commit?.committedAt).toBeLessThan(Date.now() + 5);
  });

  test('takes an untagged transaction for a worker’s, keeps its rows together, and shows old and new', async () => {
    const ids = { id: randomUUID(), studentId: randomUUID(), courseId: randomUUID() };
    await asWorker(database, async (client) => {
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO student_course_purchases (id, student_id, course_id, purchase_tier, expiry_date, metadata)
         VALUES ($1, $2, $3, 30, null, '{}')`,
        [ids.id, ids.studentId, ids.courseId],
      );
      await client.query('UPDATE student_course_purchases SET is_active = false WHERE id = $1', [ids.id]);
      await client.query('COMMIT');
      await client.query('DELETE FROM student_course_purchases WHERE id = $1', [ids.id]);
      await client.query('TRUNCATE payments, processed_events');
    });
    const [first, second, third, ...rest] = await commits();
    expect(rest).toEqual([]);
    expect([first?.writer, second?.writer, third?.writer]).toEqual([null, null, null]);
    expect(first?.changes.map((change) => change.op)).toEqual(['insert', 'update']);
    expect(first?.changes[0]?.row).toMatchObject({ purchase_tier: 30, is_active: true, expiry_date: null });
    expect(first?.changes[1]).toMatchObject({ old: { is_active: true }, row: { is_active: false, id: ids.id } });
    expect(second?.changes).toMatchObject([{ op: 'delete', old: { id: ids.id, is_active: false } }]);
    expect(third?.changes).toEqual([
      { table: 'payments', op: 'truncate' },
      { table: 'processed_events', op: 'truncate' },
    ]);
  });

  test('leaves out what was rolled back, other tables, and reading; keeps a tag without a row', async () => {
    await asWorker(database, async (client) => {
      await client.query('CREATE TABLE elsewhere (id int)');
      await client.query('INSERT INTO elsewhere VALUES (1)');
      await client.query('BEGIN');
      await client.query(`INSERT INTO payments (id, student_id, amount_cents, status) VALUES ($1, $1, 1, 'x')`, [
        randomUUID(),
      ]);
      await client.query('ROLLBACK');
      await client.query('SELECT * FROM payments');
    });
    expect(await commits()).toEqual([]);
    await database.writeAs('harness', () => Promise.resolve());
    expect(await commits()).toMatchObject([{ writer: 'harness', changes: [] }]);
  });

  test('keeps large values as prefix, length and hash, also when an update does not touch them', async () => {
    const id = randomUUID();
    const notes = 'ä'.repeat(200_000);
    await asWorker(database, async (client) => {
      await client.query(
        `INSERT INTO trainer_allocations (id, student_id, requested_by, notes, metadata) VALUES ($1, $1, $1, $2, $3)`,
        [id, notes, JSON.stringify({ long: 'x'.repeat(300_000) })],
      );
      await client.query(`UPDATE trainer_allocations SET status = 'rejected' WHERE id = $1`, [id]);
    });
    const [inserted, updated] = await commits();
    for (const row of [inserted?.changes[0]?.row, updated?.changes[0]?.row]) {
      expect(row?.['notes']).toMatchObject({ truncated: { bytes: 400_000 } });
      expect(JSON.stringify(row?.['notes']).length).toBeLessThan(300_000);
      expect(row?.['metadata']).toMatchObject({ truncated: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    }
    expect(JSON.stringify(updated).length).toBeLessThan(1_500_000);
  });

  test('has the order in which 8 concurrent writers committed', async () => {
    // Each transaction increments one counter row last and keeps its lock until the commit, so that the counter's
    // value is the order of the commits as PostgreSQL itself lived it; its other rows are written before, unordered.
    const writers = 8;
    const each = 50;
    const counter = randomUUID();
    await insertPayment(database, 'test', { id: counter, studentId: counter, courseId: counter, amountCents: 0 });
    await Promise.all(
      Array.from({ length: writers }, () =>
        asWorker(database, async (client) => {
          for (let round = 0; round < each; round += 1) {
            const id = randomUUID();
            await client.query('BEGIN');
            await client.query(
              `INSERT INTO processed_events (event_id, event_type, correlation_id) VALUES ($1::text, 'A', $1::uuid)`,
              [id],
            );
            await client.query('UPDATE payments SET amount_cents = amount_cents + 1 WHERE id = $1', [counter]);
            await client.query('COMMIT');
          }
        }),
      ),
    );
    const recorded = (await commits()).slice(1);
    expect(recorded).toHaveLength(writers * each);
    const order = recorded.map(
      (commit) => commit.changes.find((change) => change.op === 'update')?.row?.['amount_cents'],
    );
    expect(order).toEqual(Array.from({ length: writers * each }, (_, index) => index + 1));
    const positions = recorded.map((commit) => commit.lsn);
    expect(positions).toEqual([...positions].sort());
    expect(new Set(recorded.map((commit) => commit.xid)).size).toBe(writers * each);
    // What made the test worth its name: transactions did overlap, so that their numbers are not in commit order.
    const numbers = recorded.map((commit) => commit.xid);
    expect(numbers).not.toEqual([...numbers].sort((a, b) => a - b));
  }, 30_000);

  test('has recorded everything that was committed before a barrier, also without waiting', async () => {
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
    expect(waits.toSorted((a, b) => a - b)[50]).toBeLessThan(50);
    // Several barriers at once all come back.
    const many = await Promise.all(Array.from({ length: 10 }, () => recorder.caughtUp(BARRIER_MS)));
    expect(many).toEqual(Array.from({ length: 10 }, () => true));
  }, 30_000);

  test('shows a commit within milliseconds of its reply', async () => {
    const waits: number[] = [];
    for (let round = 0; round < 100; round += 1) {
      const id = randomUUID();
      await insertPayment(database, 'test', { id, studentId: id, courseId: id, amountCents: 1 });
      const replied = performance.now();
      await eventually('the commit', () => tape.of('postgres.commit').at(-1)?.correlationId === id);
      waits.push(performance.now() - replied);
    }
    waits.sort((a, b) => a - b);
    // 0.1 ms typical; generous for a loaded machine.
    expect(waits[50]).toBeLessThan(20);
  }, 30_000);

  test('says so when the stream breaks: a harness error, and no barrier passes', async () => {
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'faultline-recorder' AND datname = $1`,
      [database.name],
    );
    await eventually('the harness error', () => tape.of('trial.harness-error').length > 0);
    expect(tape.of('trial.harness-error')[0]?.message).toMatch(/replication stream/);
    const begun = performance.now();
    expect(await recorder.caughtUp(BARRIER_MS)).toBe(false);
    // At once: there is nothing to wait for.
    expect(performance.now() - begun).toBeLessThan(BARRIER_MS / 2);
  });

  test('gives up a barrier at its deadline', async () => {
    // A database to which the mark never gets.
    const deaf: SlotDatabase = { ...database, ask: () => new Promise(() => undefined) };
    const waiting = await startPostgresRecorder({ database: deaf, record: tape.record });
    const begun = performance.now();
    expect(await waiting.caughtUp(50)).toBe(false);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(45);
    await waiting.stop();
  });

  test('tells the server how far it has read, so that it may forget its log', async () => {
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
    const error = await errorOf(
      startPostgresRecorder({
        database: { ...database, server: { ...database.server, admin: database.server.worker } },
        record: tape.record,
      }),
    );
    expect(error).toMatchObject({ code: 'environment' });
    expect(`${error.message} ${error.hint}`).not.toContain(server.postgres.worker.password);
  });
});
