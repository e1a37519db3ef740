import { Reader } from '../codec.ts';
import { createOutput } from './output.ts';
import type { Output } from './output.ts';

/** LZ4 frames: lz4_Frame_format.md and lz4_Block_format.md of lz4/lz4. Checksums are left to the broker's CRC. */
const MAGIC = 0x184d2204;
const SHORTEST_MATCH = 4;

/** A length of 15 goes on in the following bytes, until one is below 255. */
const lengthFrom = (reader: Reader, nibble: number): number => {
  let length = nibble;
  if (nibble < 15) return length;
  for (;;) {
    const byte = reader.raw(1).readUInt8();
    length += byte;
    if (byte < 255) return length;
  }
};

const block = (bytes: Buffer, output: Output): void => {
  const reader = new Reader(bytes);
  while (reader.remaining > 0) {
    const token = reader.raw(1).readUInt8();
    output.append(reader.raw(lengthFrom(reader, token >> 4)));
    // The last sequence of a block has literals only.
    if (reader.remaining === 0) return;
    const distance = reader.raw(2).readUInt16LE();
    output.copyBack(distance, lengthFrom(reader, token & 15) + SHORTEST_MATCH);
  }
};

const frame = (reader: Reader, output: Output): void => {
  const magic = reader.raw(4).readUInt32LE();
  if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) {
    reader.raw(reader.raw(4).readUInt32LE()); // a frame that is to be skipped
    return;
  }
  if (magic !== MAGIC) throw new RangeError(`lz4: no frame begins with ${magic.toString(16)}`);
  const flags = reader.raw(1).readUInt8();
  reader.raw(1); // largest block
  if ((flags & 0x08) !== 0) reader.raw(8); // content size
  if ((flags & 0x01) !== 0) reader.raw(4); // dictionary
  reader.raw(1); // header's checksum
  for (;;) {
    const size = reader.raw(4).readUInt32LE();
    if (size === 0) break;
    const bytes = reader.raw(size & 0x7fffffff);
    // The high bit marks a block that is stored as it is.
    if (size >= 0x80000000) output.append(bytes);
    else block(bytes, output);
    if ((flags & 0x10) !== 0) reader.raw(4); // block's checksum
  }
  if ((flags & 0x04) !== 0) reader.raw(4); // content's checksum
};

/** Decompresses one or more LZ4 frames. Errors: RangeError. */
export const decompressLz4 = (bytes: Buffer): Buffer => {
  const reader = new Reader(bytes);
  const output = createOutput(bytes.length * 3);
  while (reader.remaining > 0) frame(reader, output);
  return output.finish();
};
