/**
 * pgoutput, protocol version 1: the messages of PostgreSQL's logical replication stream.
 * Source: PostgreSQL documentation, "Logical Replication Message Formats".
 * Not pg-logical-replication's parser: that one keeps no commit time below a millisecond and reads values through
 * pg's global type parsers, which the rest of the process may change.
 */
import { readValue } from './postgres-values.ts';

export type Row = Readonly<Record<string, unknown>>;

export type StreamMessage =
  | { readonly tag: 'begin'; readonly lsn: string; readonly committedAt: number; readonly xid: number }
  | { readonly tag: 'commit' }
  | { readonly tag: 'insert'; readonly table: string; readonly row: Row }
  | { readonly tag: 'update'; readonly table: string; readonly row: Row; readonly old?: Row }
  | { readonly tag: 'delete'; readonly table: string; readonly old: Row }
  | { readonly tag: 'truncate'; readonly tables: readonly string[] }
  | { readonly tag: 'message'; readonly prefix: string; readonly content: string }
  /** Relation, type, origin: taken in or of no interest. */
  | { readonly tag: 'other' };

interface Column {
  readonly name: string;
  readonly typeOid: number;
}

interface Relation {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** Milliseconds between 1970 and 2000, where PostgreSQL's clock begins. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** Reads a buffer from front to back; reading past its end throws a RangeError. */
const cursor = (buffer: Buffer) => {
  let at = 0;
  return {
    byte: () => buffer.readUInt8(at++),
    char: () => String.fromCharCode(buffer.readUInt8(at++)),
    int16: () => buffer.readInt16BE((at += 2) - 2),
    uint32: () => buffer.readUInt32BE((at += 4) - 4),
    uint64: () => buffer.readBigUInt64BE((at += 8) - 8),
    int64: () => buffer.readBigInt64BE((at += 8) - 8),
    text: () => {
      const end = buffer.indexOf(0, at);
      if (end < 0) throw new RangeError('a text without its end');
      const text = buffer.toString('utf8', at, end);
      at = end + 1;
      return text;
    },
    bytes: (length: number) => {
      if (at + length > buffer.length) throw new RangeError('a value longer than its message');
      return buffer.subarray(at, (at += length));
    },
  };
};

type Cursor = ReturnType<typeof cursor>;

/** An LSN as 16 hex digits, comparable as text. */
export const lsnText = (lsn: bigint): string => lsn.toString(16).padStart(16, '0');

const readTuple = (read: Cursor, relation: Relation, unchanged?: Row): Row => {
  const row: Record<string, unknown> = {};
  const count = read.int16();
  for (let index = 0; index < count; index += 1) {
    const column = relation.columns[index];
    if (column === undefined) throw new RangeError(`a row of ${relation.name} with more columns than the table`);
    const kind = read.char();
    if (kind === 'n') row[column.name] = null;
    // A large value that the update did not touch is not sent again; REPLICA IDENTITY FULL has it in the old row.
    else if (kind === 'u') row[column.name] = unchanged?.[column.name];
    else row[column.name] = readValue(column.typeOid, read.bytes(read.uint32()));
  }
  return row;
};

const readRelation = (read: Cursor): { id: number; relation: Relation } => {
  const id = read.uint32();
  read.text(); // schema
  const name = read.text();
  read.byte(); // replica identity
  const columns: Column[] = [];
  for (let left = read.int16(); left > 0; left -= 1) {
    read.byte(); // flags
    const column = { name: read.text(), typeOid: read.uint32() };
    read.uint32(); // type modifier
    columns.push(column);
  }
  return { id, relation: { name, columns } };
};

/** A reader of one stream: it remembers the tables that the stream has described. */
export const createMessageReader = (): ((buffer: Buffer) => StreamMessage) => {
  const relations = new Map<number, Relation>();
  const relationOf = (id: number): Relation => {
    const relation = relations.get(id);
    if (relation === undefined) throw new RangeError(`a change of table ${id}, which the stream has not described`);
    return relation;
  };

  const readers: Readonly<Record<string, (read: Cursor) => StreamMessage>> = {
    B: (read) => ({
      tag: 'begin',
      lsn: lsnText(read.uint64()),
      committedAt: POSTGRES_EPOCH_MS + Number(read.int64()) / 1000,
      xid: read.uint32(),
    }),
    C: () => ({ tag: 'commit' }),
    R: (read) => {
      const { id, relation } = readRelation(read);
      relations.set(id, relation);
      return { tag: 'other' };
    },
    I: (read) => {
      const relation = relationOf(read.uint32());
      read.byte(); // 'N'
      return { tag: 'insert', table: relation.name, row: readTuple(read, relation) };
    },
    U: (read) => {
      const relation = relationOf(read.uint32());
      const first = read.char();
      const old = first === 'N' ? undefined : readTuple(read, relation);
      if (first !== 'N') read.byte(); // 'N'
      const row = readTuple(read, relation, old);
      return { tag: 'update', table: relation.name, row, ...(old === undefined ? {} : { old }) };
    },
    D: (read) => {
      const relation = relationOf(read.uint32());
      read.byte(); // 'K' or 'O'
      return { tag: 'delete', table: relation.name, old: readTuple(read, relation) };
    },
    T: (read) => {
      const count = read.uint32();
      read.byte(); // options
      return { tag: 'truncate', tables: Array.from({ length: count }, () => relationOf(read.uint32()).name) };
    },
    M: (read) => {
      read.byte(); // transactional or not
      read.uint64(); // its LSN
      return { tag: 'message', prefix: read.text(), content: read.bytes(read.uint32()).toString('utf8') };
    },
  };

  return (buffer) => {
    const read = cursor(buffer);
    return readers[read.char()]?.(read) ?? { tag: 'other' };
  };
};
