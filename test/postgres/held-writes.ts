/** Part of postgres.test.ts: a table that nobody may write to for a while. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { SlotDatabase } from '../../harness/database/slot-database.ts';
import { holdWrites } from '../../harness/database/hold-writes.ts';
import { asWorker } from '../support/postgres-bench.ts';
import type { PostgresBench } from '../support/postgres-bench.ts';
import { eventually } from '../support/postgres.ts';

const TABLE = 'student_course_purchases';

export const testHeldWrites = ({ create }: PostgresBench): void => {
  const count = async (database: SlotDatabase): Promise<number> =>
    (await database.query(`SELECT 1 FROM ${TABLE}`)).length;
  /** A worker writes a purchase: what it is told. */
  const write = (database: SlotDatabase): Promise<string> =>
    asWorker(database, async (client) => {
      // Its connection may be ended.
      client.on('error', () => undefined);
      const values = [randomUUID(), randomUUID(), randomUUID()];
      const insert = `INSERT INTO ${TABLE} (id, student_id, course_id, purchase_tier, purchase_date, metadata, is_active)
        VALUES ($1, $2, $3, 10, now(), '{}', true)`;
      return client.query(insert, values).then(
        () => 'written',
        (error: Error) => error.message,
      );
    }).catch((error: Error) => error.message);

  test('writes wait and reads go on, until it is let go', async () => {
    const database = await create();
    const hold = await holdWrites(database, 'somebody', TABLE);
    expect(await hold.waiting()).toEqual([]);
    const writing = write(database);
    await eventually('the writer to wait', async () => (await hold.waiting()).length === 1);
    expect(await count(database)).toBe(0);
    await hold.release();
    await hold.release();
    expect(await writing).toBe('written');
    expect(await count(database)).toBe(1);
    await database.drop();
  });

  test('what is ended while it waits has written nothing', async () => {
    const database = await create();
    const hold = await holdWrites(database, 'somebody', TABLE);
    const writing = write(database);
    await eventually('the writer to wait', async () => (await hold.waiting()).length === 1);
    await hold.end(await hold.waiting());
    await hold.release();
    expect(await writing).toMatch(/terminat/);
    expect(await count(database)).toBe(0);
    await database.drop();
  });
};
