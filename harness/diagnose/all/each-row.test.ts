import { expect, it } from 'vitest';
import { ROWS_AT_ONCE, nextRows } from './each-row.ts';

const selected = { table: 'trainer_allocations', columns: ['"status"'] };

it('rows are gone on with after the last key, and never all at once', () => {
  const key = { column: 'id', type: 'uuid' };
  expect(nextRows(selected, key, undefined)).toBe(
    `SELECT "status", each_row."id"::text AS row_key FROM public."trainer_allocations" AS each_row ORDER BY each_row."id" LIMIT ${ROWS_AT_ONCE}`,
  );
  expect(nextRows(selected, key, '7a2f3f4e-1111-4222-8333-944455556666')).toContain(
    ` WHERE each_row."id" > '7a2f3f4e-1111-4222-8333-944455556666'::uuid ORDER BY each_row."id" `,
  );
});

it('a key that somebody wrote is text and nothing else', () => {
  const sql = nextRows(selected, { column: 'na"me', type: 'text' }, "a'; DROP TABLE x; --");
  expect(sql).toContain(` WHERE each_row."na""me" > 'a''; DROP TABLE x; --'::text ORDER BY each_row."na""me" `);
});
