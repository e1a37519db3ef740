/** Kafka's frames in a byte stream: four bytes of size, then so many bytes. */

/** No answer of a broker is larger (its own limit for requests is 100 MB). */
const LARGEST_FRAME = 256 * 1024 * 1024;

/**
 * Cuts a stream into whole frames, size prefix included. Gives a function that takes chunks.
 * Errors: RangeError for a size that no broker sends.
 */
export const createFrameSplitter = (onFrame: (frame: Buffer) => void): ((chunk: Buffer) => void) => {
  let parts: Buffer[] = [];
  let have = 0;
  let need = 4;
  return (chunk) => {
    parts.push(chunk);
    have += chunk.length;
    while (have >= need) {
      const bytes: Buffer = parts.length === 1 ? parts[0]! : Buffer.concat(parts, have);
      parts = [bytes];
      const size = bytes.readInt32BE(0);
      if (size < 4 || size > LARGEST_FRAME) throw new RangeError(`a frame of ${size} bytes`);
      need = size + 4;
      if (have < need) return;
      const frame = bytes.subarray(0, need);
      parts = [bytes.subarray(need)];
      have -= need;
      need = 4;
      onFrame(frame);
    }
  };
};
