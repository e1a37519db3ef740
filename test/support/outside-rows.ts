/** Rows that the outside world of the shipped pipeline writes, in a slot's database. */
import type { SlotDatabase } from '../../harness/database/slot-database.ts';
import type { StubQuery } from '../../harness/pipeline/stub.ts';
import * as rows from '../../pipelines/purchase-to-trainer/rows.ts';
import type { PaymentRow, PurchaseRow } from '../../pipelines/purchase-to-trainer/rows.ts';

type Database = Pick<SlotDatabase, 'writeAs'>;

const write = (database: Database, writer: string, work: (query: StubQuery) => Promise<void>): Promise<void> =>
  database.writeAs(writer, (client) => work((text, values = []) => client.query(text, [...values])));

export const insertPayment = (database: Database, writer: string, row: PaymentRow): Promise<void> =>
  write(database, writer, (query) => rows.insertPayment(query, row));

export const insertPurchase = (database: Database, writer: string, row: PurchaseRow): Promise<void> =>
  write(database, writer, (query) => rows.insertPurchase(query, row));
