/** Part of postgres.test.ts: a table that is gone through, many rows at a time. */
import { expect, test } from 'vitest';
import { ROWS_AT_ONCE, eachRow } from '../../harness/diagnose/all/each-row.ts';
import { asWorker } from '../support/postgres-bench.ts';
import type { PostgresBench } from '../support/postgres-bench.ts';

export const testEachRow = ({ create }: PostgresBench): void => {
  test('each row comes once, in the order of its key, also where that is selected as a text of the same name', async () => {
    const database = await create();
    const rows = 2 * ROWS_AT_ONCE + 500;
    await asWorker(database, async (client) => {
      await client.query('CREATE TABLE numbered (id bigint PRIMARY KEY)');
      await client.query(`INSERT INTO numbered SELECT * FROM generate_series(1, ${rows})`);
      const seen: number[] = [];
      const count = await eachRow(client, { table: 'numbered', columns: ['"id"::text AS id'] }, ({ id }) =>
        seen.push(Number(id)),
      );
      expect(count).toBe(rows);
      expect(seen).toEqual(Array.from({ length: rows }, (_, i) => i + 1));
    });
  });
};
