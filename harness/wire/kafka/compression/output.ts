/** Growing output of a decoder, with a limit: what a few bytes decompress to is not trusted. */

/** No batch of records may become larger than this. */
export const LARGEST_OUTPUT_BYTES = 128 * 1024 * 1024;

export interface Output {
  append(bytes: Buffer): void;
  /** Repeats what stands `distance` bytes back; the source may overlap what is being written. */
  copyBack(distance: number, length: number): void;
  finish(): Buffer;
}

/** Errors: RangeError over the limit, or for a distance before the beginning. */
export const createOutput = (expected: number): Output => {
  let bytes: Buffer = Buffer.allocUnsafe(Math.min(Math.max(expected, 64), LARGEST_OUTPUT_BYTES));
  let length = 0;
  const reserve = (more: number): void => {
    const wanted = length + more;
    if (wanted > LARGEST_OUTPUT_BYTES) throw new RangeError(`it decompresses to over ${LARGEST_OUTPUT_BYTES} bytes`);
    if (wanted <= bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.min(Math.max(wanted, bytes.length * 2), LARGEST_OUTPUT_BYTES));
    bytes.copy(larger, 0, 0, length);
    bytes = larger;
  };
  return {
    append: (more) => {
      reserve(more.length);
      more.copy(bytes, length);
      length += more.length;
    },
    copyBack: (distance, count) => {
      if (distance < 1 || distance > length) throw new RangeError(`a copy from ${distance} back at ${length}`);
      reserve(count);
      if (distance >= count) bytes.copyWithin(length, length - distance, length - distance + count);
      else for (let i = length; i < length + count; i++) bytes[i] = bytes[i - distance]!;
      length += count;
    },
    finish: () => bytes.subarray(0, length),
  };
};
