/** Part of postgres.test.ts: what the recorder makes of commits, and their order. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { insertProcessedEvent } from '../../harness/database/guard-row.ts';
import { asWorker } from '../support/postgres-bench.ts';
import type { RecorderBench } from '../support/recorder-bench.ts';
import { insertPayment } from '../support/outside-rows.ts';

export const testCommits = ({ now, commits }: RecorderBench): void => {
  test('records one commit with typed values, its writer and its correlation id', async () => {
    const { database } = now();
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
    const { database } = now();
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
    const { database } = now();
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
    const { database } = now();
    const id = randomUUID();
    const notes = 'ä'.repeat(1_200_000);
    await asWorker(database, async (client) => {
      await client.query(
        `INSERT INTO trainer_allocations (id, student_id, requested_by, notes, metadata) VALUES ($1, $1, $1, $2, $3)`,
        [id, notes, JSON.stringify({ long: 'x'.repeat(2_200_000) })],
      );
      await client.query(`UPDATE trainer_allocations SET status = 'rejected' WHERE id = $1`, [id]);
    });
    const [inserted, updated] = await commits();
    for (const row of [inserted?.changes[0]?.row, updated?.changes[0]?.row]) {
      expect(row?.['notes']).toMatchObject({ truncated: { bytes: 2_400_000 } });
      expect(JSON.stringify(row?.['notes']).length).toBeLessThan(300_000);
      expect(row?.['metadata']).toMatchObject({ truncated: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    }
    expect(JSON.stringify(updated).length).toBeLessThan(1_500_000);
  });

  test('has the order in which 8 concurrent writers committed', async () => {
    const { database } = now();
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
  }, 120_000);
};
