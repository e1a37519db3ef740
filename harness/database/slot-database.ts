/** The database of a slot, as whoever uses it knows it. */
import type { ClientBase, QueryResultRow } from 'pg';
import type { Address, PostgresAddress } from '../addresses/address.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Table } from '../pipeline/vocabulary.ts';
import type { Column } from './columns.ts';

/** What can be seen of it at one moment that belongs to no event. */
export interface Seen {
  /** One sentence for each; empty when there is nothing to tell. */
  readonly notes: readonly string[];
  /** Those that keep workers from their work. */
  readonly hinders: readonly string[];
}

export interface SlotDatabase {
  readonly name: string;
  readonly server: PostgresAddress;
  /** Whose tables it has. */
  readonly pipeline: Pipeline;
  /** Those of the pipeline's tables that the schema has; further ones may be missing. */
  readonly tables: readonly Table[];
  /** All columns of those tables, as the schema made them. */
  readonly columns: readonly Column[];
  /** DATABASE_URL for a worker that reaches PostgreSQL at `address`. Holds a password: never record or print it. */
  workerUrl(address: Address): string;
  /** One statement, untagged: for reading. */
  query<R extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  /** One named statement on a connection kept for quick questions (0.3 ms): never waits behind a write. */
  ask<R extends QueryResultRow>(name: string, text: string, values: readonly unknown[]): Promise<readonly R[]>;
  /** A transaction tagged with its writer before anything else; rolled back when `work` throws. */
  writeAs<T>(writer: string, work: (client: ClientBase) => Promise<T>): Promise<T>;
  /** Reads in a transaction that can neither change anything nor wait for long. Errors: DatabaseError, also after 1 s. */
  read<T>(work: (client: ClientBase) => Promise<T>): Promise<T>;
  /** One phrase for every transaction of a worker that may still come to something, for settling. */
  openTransactions(): Promise<readonly string[]>;
  /** One sentence for every table of which not everything is recorded any more. */
  unrecorded(): Promise<readonly string[]>;
  /** What can be seen of it at this moment that belongs to no event. */
  lookAround(): Promise<Seen>;
  /** Ends the workers' connections on the server's side and waits until they are gone; how many there were. */
  terminateWorkerBackends(): Promise<number>;
  /** Ends the harness's own connections. Safe to call twice. */
  close(): Promise<void>;
  /** Closes, and drops the database. Stop its recorder first. Not on the hot path: up to 100 ms. */
  drop(): Promise<void>;
}
