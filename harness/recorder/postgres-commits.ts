/** Puts the messages of the replication stream together into committed transactions. Pure. */
import type { NewEvent, RowChange } from '../history/events.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { BARRIER_PREFIX, WRITER_PREFIX } from '../database/tags.ts';
import type { Row, StreamMessage } from './postgres-messages.ts';

/** What one message of the stream completed. */
export type Completed =
  | { readonly kind: 'commit'; readonly event: NewEvent<'postgres.commit'> }
  | { readonly kind: 'barrier'; readonly token: string };

interface Open {
  readonly lsn: string;
  readonly xid: number;
  readonly committedAt: number;
  writer: string | null;
  readonly barriers: string[];
  readonly changes: RowChange[];
}

const changesOf = ({ tables }: Pipeline, message: StreamMessage): readonly RowChange[] => {
  const isTable = (name: string): boolean => tables.includes(name);
  switch (message.tag) {
    case 'insert':
      return isTable(message.table) ? [{ table: message.table, op: 'insert', row: message.row }] : [];
    case 'update':
      return isTable(message.table)
        ? [{ table: message.table, op: 'update', row: message.row, ...(message.old ? { old: message.old } : {}) }]
        : [];
    case 'delete':
      return isTable(message.table) ? [{ table: message.table, op: 'delete', old: message.old }] : [];
    case 'truncate':
      return message.tables.filter(isTable).map((table) => ({ table, op: 'truncate' }));
    default:
      return [];
  }
};

/** The column that holds a subject's id; undefined: none does. */
const correlationColumn = ({ guard, subject }: Pipeline, table: string): string | undefined => {
  if (table === guard.table) return guard.correlation;
  return table === subject.table ? 'id' : undefined;
};

/** The one subject that the rows of a transaction name, if they name one and no other. */
const correlationIdOf = (pipeline: Pipeline, changes: readonly RowChange[]): string | undefined => {
  const ids = new Set<unknown>();
  for (const { table, row, old } of changes) {
    const column = correlationColumn(pipeline, table);
    const values: Row | undefined = row ?? old;
    if (column !== undefined && values !== undefined) ids.add(values[column]);
  }
  const [id] = ids;
  return ids.size === 1 && typeof id === 'string' ? id : undefined;
};

const eventOf = (pipeline: Pipeline, { lsn, xid, committedAt, writer, changes }: Open): NewEvent<'postgres.commit'> => {
  const correlationId = correlationIdOf(pipeline, changes);
  return {
    kind: 'postgres.commit',
    source: 'postgres',
    ...(correlationId === undefined ? {} : { correlationId }),
    lsn,
    xid,
    committedAt,
    writer,
    // One that grew has room for many more, and is held for as long as the trial lasts.
    changes: [...changes],
  };
};

/**
 * Takes the stream's messages one by one and returns what each completes. A commit that touched none of the pipeline's
 * tables and carries no tag completes nothing. A rolled back transaction never gets into the stream.
 */
export const createCommitAssembler = (pipeline: Pipeline): ((message: StreamMessage) => readonly Completed[]) => {
  let open: Open | undefined;
  return (message) => {
    if (message.tag === 'begin') {
      const { lsn, xid, committedAt } = message;
      open = { lsn, xid, committedAt, writer: null, barriers: [], changes: [] };
      return [];
    }
    if (message.tag === 'message') {
      if (message.prefix === BARRIER_PREFIX) {
        // One sent outside a transaction stands in the stream by itself.
        if (open === undefined) return [{ kind: 'barrier', token: message.content }];
        open.barriers.push(message.content);
      } else if (message.prefix === WRITER_PREFIX && open !== undefined) open.writer ??= message.content;
      return [];
    }
    if (open === undefined) return [];
    if (message.tag !== 'commit') {
      open.changes.push(...changesOf(pipeline, message));
      return [];
    }
    const done = open;
    open = undefined;
    const barriers: readonly Completed[] = done.barriers.map((token) => ({ kind: 'barrier', token }));
    return done.changes.length === 0 && done.writer === null
      ? barriers
      : [{ kind: 'commit', event: eventOf(pipeline, done) }, ...barriers];
  };
};
