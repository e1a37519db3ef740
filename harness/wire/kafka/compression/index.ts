/** Kafka's compression codecs, by the number in a record batch's attributes. */
import { gunzipSync } from 'node:zlib';
import { decompressLz4 } from './lz4.ts';
import { LARGEST_OUTPUT_BYTES } from './output.ts';
import { decompressSnappy } from './snappy.ts';
import { decompressZstd } from './zstd.ts';

interface Codec {
  readonly name: string;
  /** Throws for bytes that it cannot read, and for output over 128 MiB. */
  decompress(bytes: Buffer): Buffer;
}

export const CODECS: readonly Codec[] = [
  { name: 'none', decompress: (bytes) => bytes },
  { name: 'gzip', decompress: (bytes) => gunzipSync(bytes, { maxOutputLength: LARGEST_OUTPUT_BYTES }) },
  { name: 'snappy', decompress: decompressSnappy },
  { name: 'lz4', decompress: decompressLz4 },
  { name: 'zstd', decompress: decompressZstd },
];
