import { crc32c } from './crc32c.ts';
import { Writer } from './codec.ts';

export interface RecordToWrite {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** ms since the epoch. */
  readonly timestamp: number;
}

const field = (writer: Writer, bytes: Buffer | null): Writer =>
  bytes === null ? writer.varint(-1) : writer.varint(bytes.length).raw(bytes);

/** One uncompressed record batch (format 2) with one record, of a producer without id. */
export const encodeBatch = ({ key, value, headers, timestamp }: RecordToWrite): Buffer => {
  // Attributes, timestamp and offset relative to the batch's: all 0.
  const record = new Writer().int8(0).varint(0).varint(0);
  field(record, key);
  field(record, value);
  const entries = Object.entries(headers);
  record.varint(entries.length);
  for (const [name, text] of entries) field(field(record, Buffer.from(name)), Buffer.from(text));
  const body = record.finish();

  // Attributes, last offset's distance, both timestamps, producer id, its epoch, base sequence, count.
  const covered = new Writer()
    .int16(0)
    .int32(0)
    .int64(timestamp)
    .int64(timestamp)
    .int64(-1)
    .int16(-1)
    .int32(-1)
    .int32(1);
  const checked = covered.varint(body.length).raw(body).finish();
  // Length counts from the leader's epoch: epoch 4, magic 1, CRC 4.
  return new Writer()
    .int64(0)
    .int32(9 + checked.length)
    .int32(-1)
    .int8(2)
    .uint32(crc32c(checked))
    .raw(checked)
    .finish();
};
