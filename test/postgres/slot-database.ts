/** Part of postgres.test.ts: the slot's database: its schema, its connections, its rows. */
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { connectionTo } from '../../harness/database/access.ts';
import { checkPending, describePending, findOwnRows } from '../../harness/database/own-rows.ts';
import { insertProcessedEvent } from '../../harness/database/guard-row.ts';
import { startPostgresRecorder } from '../../harness/recorder/postgres.ts';
import { SCHEMA, asWorker, errorOf } from '../support/postgres-bench.ts';
import type { PostgresBench } from '../support/postgres-bench.ts';
import { createTape, eventually } from '../support/postgres.ts';
import { findPurchase } from '../../pipelines/purchase-to-trainer/rows.ts';
import { insertPayment, insertPurchase } from '../support/outside-rows.ts';

export const testSlotDatabase = ({ now, create, allDatabases }: PostgresBench): void => {
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
    const { folder } = now();
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
    await database.drop();
  });

  test('says what is wrong with a schema, and leaves nothing behind', async () => {
    const { server, folder } = now();
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
    expect(absent.message).toContain('its command was not found: no-such-migrator');

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

  test('tells which transactions of workers may still come to something, and ends their connections', async () => {
    const database = await create();
    const id = randomUUID();
    const payment = `INSERT INTO payments (id, student_id, amount_cents, status) VALUES ('${id}', '${id}', 1, 'x')`;
    await asWorker(database, async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT 1');
      // Idle, and nobody is held up by it.
      expect(await database.openTransactions()).toEqual([]);
      await client.query(payment);
      expect(await database.openTransactions()).toEqual([
        expect.stringMatching(
          /^the transaction.* \(pid \d+, idle in transaction, open for \d+\.\d s, last query: INSERT INTO payments/,
        ),
      ]);
      await client.query('ROLLBACK');
      expect(await database.openTransactions()).toEqual([]);
      await client.query('BEGIN');
      await client.query('LOCK TABLE payments IN SHARE MODE');
      expect(await database.openTransactions()).toEqual([]);
      const waiting = insertPayment(database, 'payment-service', { id, studentId: id, courseId: id, amountCents: 1 });
      await eventually('a lock that is waited for', async () => (await database.openTransactions()).length === 1);
      expect(await database.openTransactions()).toEqual([expect.stringContaining('LOCK TABLE payments')]);
      expect(await database.terminateWorkerBackends()).toBe(1);
      await waiting;
      expect(await database.openTransactions()).toEqual([]);
      await expect(client.query('COMMIT')).rejects.toThrow();
    });
    // What the harness has open itself is not counted.
    await database.writeAs('test', async () => expect(await database.openTransactions()).toEqual([]));
    await database.drop();
  });

  test('finds rows of the workers’ own that name a trial, and those that are declared as open work', async () => {
    const database = await create();
    const [student, other] = [randomUUID(), randomUUID()];
    const pending = { table: 'outbox', where: 'sent_at IS NULL' };
    await asWorker(database, async (client) => {
      await client.query('CREATE TABLE outbox (id int PRIMARY KEY, body jsonb, sent_at timestamptz)');
      await client.query('CREATE SCHEMA worker');
      await client.query('CREATE TABLE worker.inbox (day int, student text) PARTITION BY RANGE (day)');
      await client.query('CREATE TABLE worker.inbox_1 PARTITION OF worker.inbox FOR VALUES FROM (0) TO (9)');
      await client.query('INSERT INTO outbox VALUES (1, $1), (2, $2)', [{ of: student }, { of: other }]);
      await client.query('INSERT INTO worker.inbox VALUES (1, $1)', [student.toUpperCase()]);
      const found = await findOwnRows(database, [student]);
      expect(found?.map(({ table }) => table)).toEqual(['outbox', 'worker.inbox']);
      expect(found?.[0]?.text).toContain(student);
      // Within bytes too: as text, in either case, or as the sixteen bytes that it is.
      await client.query('CREATE TABLE raw (body bytea)');
      for (const hex of [
        Buffer.from(`{"of":"${student}"}`).toString('hex'),
        Buffer.from(student.toUpperCase()).toString('hex'),
        `00${student.replaceAll('-', '')}`,
        Buffer.from(other).toString('hex'),
      ])
        await client.query(`INSERT INTO raw VALUES (decode($1, 'hex'))`, [hex]);
      const raw = await findOwnRows(database, [student]);
      expect(raw?.filter(({ table }) => table === 'raw')).toHaveLength(3);
      await client.query('DROP TABLE raw');
      await expect(checkPending(database, [pending])).resolves.toBeUndefined();
      expect(await describePending(database, [pending])).toEqual(['2 pending rows of outbox where sent_at IS NULL']);
      await client.query('UPDATE outbox SET sent_at = now() WHERE id = 1');
      expect((await findOwnRows(database, [student]))?.[0]?.xmin).not.toBe(found?.[0]?.xmin);
      await client.query('DELETE FROM outbox WHERE id = 2');
      expect(await describePending(database, [pending])).toEqual([]);
      // One that is locked cannot be read now.
      await client.query('BEGIN');
      await client.query('LOCK TABLE outbox');
      expect(await findOwnRows(database, [student])).toBeUndefined();
      expect(await describePending(database, [pending])).toEqual([
        expect.stringMatching(/outbox to be readable \(.*timeout/),
      ]);
      await client.query('ROLLBACK');
    });
    for (const wrong of [
      { ...pending, table: 'inbox' },
      { ...pending, where: 'sent = 1' },
    ])
      await expect(checkPending(database, [wrong])).rejects.toMatchObject({
        code: 'config',
        message: expect.stringContaining(`pending: the rows of ${wrong.table} where ${wrong.where} cannot be counted`),
      });
    await database.drop();
  });

  test('finds rows that wait in the guard, where it is an inbox, and none that mark', async () => {
    const database = await create();
    const student = randomUUID();
    const marks = { version: 'given', source: ['worker'] } as const;
    const { pipeline } = database;
    const inbox = { ...database, pipeline: { ...pipeline, guard: { ...pipeline.guard, marks } } };
    await asWorker(database, async (client) => {
      const row = `INSERT INTO processed_events (event_id, event_type, correlation_id, payload, source, version, processed_at)
                   VALUES ($1::text, $1::text, $2, '{}', $3, $4, now())`;
      // More that mark than are told of a table.
      for (let n = 0; n < 60; n += 1) await client.query(row, [`marks-${n}`, student, 'worker', '1']);
      expect(await findOwnRows(inbox, [student])).toEqual([]);
      await client.query(row, ['waits', student, 'worker', ' ']);
      await client.query(row, ['of-another', randomUUID(), 'worker', ' ']);
      expect(await findOwnRows(inbox, [student])).toEqual([
        { table: 'processed_events', xmin: expect.any(String), text: expect.stringContaining('waits') },
      ]);
      // A guard that is none marks with every row.
      expect(await findOwnRows(database, [student])).toEqual([]);
      await client.query(`UPDATE processed_events SET version = '1' WHERE event_id = 'waits'`);
      expect(await findOwnRows(inbox, [student])).toEqual([]);
    });
    await database.drop();
  });

  test('looks at what belongs to no event: altered tables, locks that are held', async () => {
    const database = await create();
    expect(await database.lookAround()).toEqual({ notes: [], hinders: [] });
    await asWorker(database, async (client) => {
      await client.query('ALTER TABLE processed_events DROP COLUMN source');
      await client.query('DROP TABLE payments');
      const changed = ['the table payments is gone', 'the column processed_events.source is gone'];
      expect(await database.lookAround()).toEqual({ notes: changed, hinders: changed });
      await client.query('BEGIN');
      await client.query('LOCK TABLE trainer_allocations IN EXCLUSIVE MODE');
      const { notes, hinders } = await database.lookAround();
      expect(notes).toContainEqual(
        expect.stringMatching(
          /connection \d+.* holds ExclusiveLock on trainer_allocations, idle in transaction, 0 waiting/,
        ),
      );
      // Nobody waits for it.
      expect(hinders).toEqual(changed);
      await client.query('ROLLBACK');
    });
    await database.drop();
  });

  test('notices tables of which not everything is recorded any more, whoever has locked them', async () => {
    const database = await create();
    expect(await database.unrecorded()).toEqual([]);
    await asWorker(database, async (client) => {
      // A team's own publications are its own affair, and of a table that is gone all was recorded.
      await client.query('CREATE PUBLICATION of_the_team FOR TABLE student_course_purchases');
      await client.query('DROP TABLE payments');
      await client.query('ALTER TABLE processed_events REPLICA IDENTITY DEFAULT');
      await client.query('ALTER TABLE trainer_allocations RENAME TO put_aside');
      await client.query('CREATE TABLE trainer_allocations (LIKE put_aside INCLUDING ALL)');
      await client.query('BEGIN');
      await client.query('LOCK TABLE processed_events');
      expect((await database.unrecorded()).toSorted()).toEqual([
        'not all that becomes of the table processed_events was recorded: its replica identity was changed to DEFAULT',
        'not all that becomes of the table trainer_allocations was recorded: it was made anew, or taken out of the publication',
      ]);
      await client.query('ROLLBACK');
    });
    await database.drop();
  });

  test('sees rows of a partitioned table as the table’s, with what they were before', async () => {
    const file = join(now().folder, 'partitioned.sql');
    const sql = readFileSync(join(packageRoot, 'fixtures/schema.sql'), 'utf8');
    writeFileSync(
      file,
      `${sql}
       DROP TABLE processed_events;
       CREATE TABLE processed_events (event_id text, event_type varchar(100), correlation_id uuid, payload jsonb,
         source varchar(100), version varchar(20), processed_at timestamptz, created_at timestamptz DEFAULT now(),
         PRIMARY KEY (event_id, correlation_id)) PARTITION BY HASH (correlation_id);
       CREATE TABLE events_0 PARTITION OF processed_events FOR VALUES WITH (MODULUS 2, REMAINDER 0);
       CREATE TABLE events_1 PARTITION OF processed_events FOR VALUES WITH (MODULUS 2, REMAINDER 1);`,
    );
    const tape = createTape();
    const database = await create({ file }, tape.record);
    expect(await database.unrecorded()).toEqual([]);
    expect(database.tables).toContain('processed_events');
    const recorder = await startPostgresRecorder({ database, record: tape.record });
    const ids = Array.from({ length: 4 }, () => randomUUID());
    await asWorker(database, async (client) => {
      for (const id of ids)
        await client.query(
          `INSERT INTO processed_events (event_id, event_type, correlation_id, source) VALUES ($1::text, 'A', $1::uuid, 'x')`,
          [id],
        );
      await client.query(`UPDATE processed_events SET source = 'y'`);
    });
    expect(await recorder.caughtUp(5000)).toBe(true);
    const changes = tape.of('postgres.commit').flatMap((commit) => commit.changes);
    expect(changes.map(({ table, op }) => [table, op])).toEqual([
      ...ids.map(() => ['processed_events', 'insert']),
      ...ids.map(() => ['processed_events', 'update']),
    ]);
    for (const { old } of changes.slice(4)) expect(old).toMatchObject({ source: 'x' });
    await recorder.stop();
    await database.drop();
  });

  test('says which columns the schema lacks', async () => {
    const file = join(now().folder, 'lacking.sql');
    const sql = readFileSync(join(packageRoot, 'fixtures/schema.sql'), 'utf8');
    writeFileSync(file, `${sql}\nALTER TABLE processed_events DROP COLUMN correlation_id;`);
    const lacking = await errorOf(create({ file }));
    expect(lacking).toMatchObject({ code: 'config' });
    expect(lacking.message).toMatch(/lacking\.sql made no column processed_events\.correlation_id/);
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

  test('finds a purchase by its student and course, an active one first', async () => {
    const database = await create();
    const purchase = { studentId: randomUUID(), courseId: randomUUID(), purchaseTier: 20, metadata: { a: 1 } };
    const inactive = randomUUID();
    const active = randomUUID();
    await insertPurchase(database, 'test', { ...purchase, id: active });
    await insertPurchase(database, 'test', { ...purchase, id: inactive, isActive: false });
    await insertPurchase(database, 'test', { ...purchase, id: randomUUID(), studentId: randomUUID() });
    expect(await findPurchase(database, purchase.studentId, purchase.courseId)).toEqual({
      ...purchase,
      id: active,
      isActive: true,
    });
    expect(await findPurchase(database, purchase.studentId, randomUUID())).toBeUndefined();
    await database.drop();
  });

  test.each([
    { type: 'uuid', looks: /^[\da-f]{8}-/ },
    { type: 'bigint', looks: /^\d{9}$/ },
    { type: 'varchar(36)', looks: /^[\da-f]{8}-/ },
    { type: 'text', looks: /^somebody-else-/ },
  ])('marks an event by a key of the guard’s type: $type', async ({ type, looks }) => {
    const file = join(now().folder, `key-${type.slice(0, 4)}.sql`);
    const further = 'ADD was time NOT NULL, ADD host inet NOT NULL, ADD tags text[] NOT NULL, ADD how manner NOT NULL';
    writeFileSync(
      file,
      `${readFileSync(join(packageRoot, 'fixtures/schema.sql'), 'utf8')}
       CREATE TYPE manner AS ENUM ('late', 'early');
       ALTER TABLE processed_events DROP COLUMN event_id, ADD event_id ${type} PRIMARY KEY, ${further};`,
    );
    const database = await create({ file });
    const row = { eventType: 'X', correlationId: randomUUID(), payload: {}, source: 'somebody-else' };
    const marked = await insertProcessedEvent(database, 'test', {
      ...row,
      eventId: `somebody-else-X-${row.correlationId}`,
    });
    const other = { ...row, correlationId: randomUUID() };
    await insertProcessedEvent(database, 'test', { ...other, eventId: `somebody-else-X-${other.correlationId}` });
    const keys = () => database.query<{ key: string }>('SELECT event_id::text AS key FROM processed_events');
    const [found, kept] = await keys();
    expect(found?.key).toMatch(looks);
    await marked.remove();
    await marked.remove();
    expect(await keys()).toEqual([kept]);
    await database.drop();
  });

  test('says what PostgreSQL has against a row of the guard that somebody else writes', async () => {
    const file = join(now().folder, 'closed.sql');
    writeFileSync(
      file,
      `${readFileSync(join(packageRoot, 'fixtures/schema.sql'), 'utf8')}
       ALTER TABLE processed_events ADD FOREIGN KEY (correlation_id) REFERENCES payments;`,
    );
    const database = await create({ file });
    const row = { eventId: 'x', eventType: 'X', correlationId: randomUUID(), payload: {}, source: 'somebody-else' };
    await expect(insertProcessedEvent(database, 'test', row)).rejects.toMatchObject({
      code: 'fault',
      message: expect.stringMatching(/^PostgreSQL takes no row of processed_events .* violates foreign key constraint/),
      hint: expect.stringContaining('closed: true'),
    });
    await database.drop();
  });

  test('tells when a connection of the harness breaks, and survives it', async () => {
    const { server } = now();
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
};
