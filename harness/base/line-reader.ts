/** Bytes cut into lines. Anything may come: binary data, no line end for 100 MB. */
import { isUtf8 } from 'node:buffer';

/** A line is kept up to so many bytes; what follows is counted and dropped. */
export const LONGEST_LINE = 16 * 1024;

/** Read beyond the limit, so that a credential across the cut, a private key in one line even, is still seen whole and removed. */
export const OVERLAP = 8 * 1024;

export const LINE_END = 0x0a;

/** One line as it was read: without its line end, and how many bytes were dropped after `text`. */
export interface RawLine {
  readonly text: string;
  readonly dropped: number;
  /** Its bytes, one a character, where they are no UTF-8: then `text` is not what was written. */
  readonly bytes?: string;
}

export interface LineReader {
  write(bytes: Uint8Array): void;
  /** The output has ended: an unfinished last line counts as one. */
  end(): void;
}

/** Without the last character, which may have been cut. */
const withoutLast = (bytes: Buffer): Buffer => {
  let end = bytes.length - 1;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, Math.max(0, end));
};

const lineOf = (bytes: Buffer, dropped: number): RawLine => {
  const isText = isUtf8(dropped > 0 ? withoutLast(bytes) : bytes);
  return { text: bytes.toString('utf8'), dropped, ...(isText ? {} : { bytes: bytes.toString('latin1') }) };
};

/** Calls back for every line, in order. Bytes that are not UTF-8 become replacement characters in its text. */
export const createLineReader = (onLine: (line: RawLine) => void): LineReader => {
  let parts: Buffer[] = [];
  let length = 0;
  let dropped = 0;

  const keep = (part: Buffer): void => {
    const kept = part.subarray(0, LONGEST_LINE + OVERLAP - length);
    if (kept.length > 0) parts.push(kept);
    length += kept.length;
    dropped += part.length - kept.length;
  };
  const emit = (): void => {
    const whole = Buffer.concat(parts);
    const line = lineOf(whole.at(-1) === 0x0d ? whole.subarray(0, -1) : whole, dropped);
    [parts, length, dropped] = [[], 0, 0];
    onLine(line);
  };

  return {
    write: (bytes) => {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      let from = 0;
      for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, from)) {
        keep(chunk.subarray(from, end));
        emit();
        from = end + 1;
      }
      // A copy: what it is read into may be used again.
      keep(Buffer.from(chunk.subarray(from, from + LONGEST_LINE + OVERLAP)));
      dropped += Math.max(0, chunk.length - from - LONGEST_LINE - OVERLAP);
    },
    end: () => {
      if (length > 0 || dropped > 0) emit();
    },
  };
};
