import { Reader } from '../codec.ts';
import { LARGEST_OUTPUT_BYTES, createOutput } from './output.ts';

/** Frame of xerial's snappy-java, which Kafka's Java clients write; others write bare blocks. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/** How each kind of element (the tag's low two bits) is read: format_description.txt of google/snappy. */
const block = (bytes: Buffer): Buffer => {
  const reader = new Reader(bytes);
  const expected = reader.unsignedVarint();
  if (expected > LARGEST_OUTPUT_BYTES) throw new RangeError(`snappy: a block of ${expected} bytes`);
  const output = createOutput(expected);
  const byte = (): number => reader.raw(1).readUInt8();
  while (reader.remaining > 0) {
    const tag = byte();
    const high = tag >> 2;
    const kind = tag & 3;
    if (kind === 0) {
      // Lengths from 60 on say how many bytes the length itself has.
      const length = high < 60 ? high : reader.raw(high - 59).readUIntLE(0, high - 59);
      output.append(reader.raw(length + 1));
    } else if (kind === 1) {
      output.copyBack(((tag >> 5) << 8) | byte(), (high & 7) + 4);
    } else {
      const distance = kind === 2 ? reader.raw(2).readUInt16LE() : reader.raw(4).readUInt32LE();
      output.copyBack(distance, high + 1);
    }
  }
  const result = output.finish();
  if (result.length !== expected) throw new RangeError(`snappy: ${result.length} bytes instead of ${expected}`);
  return result;
};

/** Decompresses snappy, bare or in xerial's frame. Errors: RangeError. */
export const decompressSnappy = (bytes: Buffer): Buffer => {
  if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return block(bytes);
  const reader = new Reader(bytes, XERIAL_HEADER_BYTES);
  const output = createOutput(bytes.length * 2);
  while (reader.remaining > 0) output.append(block(reader.raw(reader.int32())));
  return output.finish();
};
