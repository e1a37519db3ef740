/** For tests only. */
import type { NewEvent } from '../events.ts';

/** A worker's transaction that inserts this row. */
export const commitOf = (table: string, row: Readonly<Record<string, unknown>>): NewEvent => ({
  kind: 'postgres.commit',
  source: 'postgres',
  lsn: '0',
  xid: 1,
  committedAt: 0,
  writer: null,
  changes: [{ table, op: 'insert', row }],
});
