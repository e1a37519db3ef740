import { Decompress } from 'fzstd';
import { createOutput } from './output.ts';

/** Decompresses zstd (Node 20 has none of its own). Errors: RangeError over the limit, Error for what is no zstd. */
export const decompressZstd = (bytes: Buffer): Buffer => {
  const output = createOutput(bytes.length * 3);
  const stream = new Decompress((chunk) => output.append(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)));
  stream.push(bytes, true);
  return output.finish();
};
