/** Kafka's record batches, message format 2 (since Kafka 0.11): what a fetched partition consists of. */
import { CODECS } from './compression/index.ts';
import { Reader } from './codec.ts';

export interface KafkaRecord {
  readonly offset: number;
  /** Producer's or broker's, whichever the topic keeps, ms since the epoch. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** UTF-8 with replacement characters; of two headers of one name the last; a null value is empty. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RecordBatch {
  readonly baseOffset: number;
  /** The next offset to read is one more. */
  readonly lastOffset: number;
  /** -1: the producer is neither idempotent nor transactional. */
  readonly producerId: number;
  readonly transactional: boolean;
  /** Present on a transaction's end marker, whose one record carries no data. */
  readonly control?: 'commit' | 'abort';
  readonly records: readonly KafkaRecord[];
  /** The broker wrote the times of its records; left out: their producer did. */
  readonly timedByBroker?: true;
  /** Why records of this batch are missing; absent when all were read. */
  readonly unreadable?: string;
}

/** Bytes before the part that `batchLength` counts. */
const PREFIX_BYTES = 12;
/** Bytes of the header that follow the prefix. */
const HEADER_BYTES = 49;
const CONTROL_TYPES: Readonly<Record<number, 'commit' | 'abort'>> = { 0: 'abort', 1: 'commit' };

interface Header {
  readonly attributes: number;
  readonly baseOffset: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly count: number;
}

const isTimedByBroker = (attributes: number): boolean => (attributes & 0x08) !== 0;

const bytesOf = (reader: Reader): Buffer | null => {
  const length = reader.varint();
  return length < 0 ? null : reader.raw(length);
};

const readRecord = (reader: Reader, header: Header): KafkaRecord => {
  const length = reader.varint();
  const end = reader.position + length;
  reader.int8(); // attributes: none so far
  const timestamp = header.baseTimestamp + reader.varlong();
  const offset = header.baseOffset + reader.varint();
  const key = bytesOf(reader);
  const value = bytesOf(reader);
  const headers: [string, string][] = [];
  for (let left = reader.varint(); left > 0; left--)
    headers.push([bytesOf(reader)?.toString('utf8') ?? '', bytesOf(reader)?.toString('utf8') ?? '']);
  if (reader.position !== end)
    throw new RangeError(`a record of ${length} bytes ended at ${reader.position}, not ${end}`);
  const appendTime = isTimedByBroker(header.attributes);
  return {
    offset,
    timestamp: appendTime ? header.maxTimestamp : timestamp,
    key,
    value,
    // Own properties, whatever the names are ('__proto__' too).
    headers: Object.fromEntries(headers),
  };
};

const readRecords = (
  compressed: Buffer,
  header: Header,
): { readonly records: readonly KafkaRecord[]; readonly unreadable?: string } => {
  const records: KafkaRecord[] = [];
  const codec = CODECS[header.attributes & 7];
  if (codec === undefined) return { records, unreadable: `unknown compression ${header.attributes & 7}` };
  try {
    const reader = new Reader(codec.decompress(compressed));
    for (let i = 0; i < header.count; i++) records.push(readRecord(reader, header));
    return { records };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { records, unreadable: `${records.length} of ${header.count} records read (${codec.name}): ${why}` };
  }
};

const readBatch = (batch: Buffer): RecordBatch => {
  const reader = new Reader(batch);
  const baseOffset = reader.int64();
  reader.int32(); // length
  reader.int32(); // leader epoch
  const magic = reader.int8();
  if (magic !== 2)
    return {
      baseOffset,
      lastOffset: baseOffset,
      producerId: -1,
      transactional: false,
      records: [],
      unreadable: `message format ${magic}; only format 2 is read`,
    };
  reader.int32(); // CRC, checked by the broker
  const attributes = reader.int16();
  const lastOffset = baseOffset + reader.int32();
  const baseTimestamp = reader.int64();
  const maxTimestamp = reader.int64();
  const producerId = reader.int64();
  reader.int16(); // producer's epoch
  reader.int32(); // base sequence
  const count = reader.int32();
  const read = readRecords(reader.raw(reader.remaining), {
    attributes,
    baseOffset,
    baseTimestamp,
    maxTimestamp,
    count,
  });
  const common = {
    baseOffset,
    lastOffset,
    producerId,
    transactional: (attributes & 0x10) !== 0,
    ...(isTimedByBroker(attributes) ? { timedByBroker: true as const } : {}),
    ...read,
  };
  if ((attributes & 0x20) === 0) return common;
  // A control record's key: version, then the type; other types than a transaction's end carry nothing for us.
  const key = read.records[0]?.key;
  const control = key !== null && key !== undefined && key.length >= 4 ? CONTROL_TYPES[key.readInt16BE(2)] : undefined;
  return control === undefined ? { ...common, records: [] } : { ...common, control };
};

/** All whole batches of a fetched partition; the broker may cut the last one off, which is left out. Never throws. */
export const decodeBatches = (bytes: Buffer): RecordBatch[] => {
  const batches: RecordBatch[] = [];
  let at = 0;
  while (bytes.length - at >= PREFIX_BYTES + HEADER_BYTES) {
    const length = bytes.readInt32BE(at + 8);
    const end = at + PREFIX_BYTES + length;
    if (length < HEADER_BYTES || end > bytes.length) break;
    batches.push(readBatch(bytes.subarray(at, end)));
    at = end;
  }
  return batches;
};

/** Marks batches of aborted transactions, given the list that came with them in a read_committed answer. */
export const findAborted = (
  batches: readonly RecordBatch[],
  aborted: readonly { readonly producerId: number; readonly firstOffset: number }[],
): ReadonlySet<RecordBatch> => {
  const found = new Set<RecordBatch>();
  const open = new Set<number>();
  const starts = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  for (const batch of batches) {
    while (starts[0] !== undefined && starts[0].firstOffset <= batch.lastOffset) open.add(starts.shift()!.producerId);
    if (batch.control === 'abort') open.delete(batch.producerId);
    else if (batch.transactional && batch.control === undefined && open.has(batch.producerId)) found.add(batch);
  }
  return found;
};
