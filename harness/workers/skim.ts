/**
 * Output that is only skimmed: counted, searched for lines that say something of the trial, and its last lines kept. A
 * worker that writes faster than its lines can be kept is read as fast as it writes, and never waits for us.
 */
import { isUtf8 } from 'node:buffer';
import { createLineReader } from '../base/line-reader.ts';
import type { RawLine } from '../base/line-reader.ts';

/** Bytes of its last lines. */
const TAIL = 64 * 1024;
const TAIL_LINES = 100;

export interface LeftOut {
  readonly lines: number;
  readonly bytes: number;
  /** The last of them, unfinished ones too. */
  readonly last: readonly RawLine[];
}

export interface Skim {
  write(bytes: Uint8Array): void;
  /** The output has ended: an unfinished last line counts as one. */
  end(): void;
  /** What was left out since this was asked last; undefined: nothing. */
  take(): LeftOut | undefined;
  /** Its last lines, as far as they were left out. */
  last(): readonly RawLine[];
}

export interface SkimOptions {
  /** Does the text say anything that must be kept? Asked of many lines at once, and then of each. */
  readonly matters: (text: string) => boolean;
  /** A line that does; false: it is left out all the same. */
  readonly keep: (line: RawLine) => boolean;
}

const LINE_END = 0x0a;

/** To be searched: what is no text as one character a byte, as making text of it takes longer than it takes to be written. */
const searchable = (bytes: Buffer): string => bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');

const bytesOf = ({ text, bytes }: RawLine): Buffer =>
  Buffer.concat([bytes === undefined ? Buffer.from(text) : Buffer.from(bytes, 'latin1'), Buffer.of(LINE_END)]);

const linesIn = (bytes: Buffer): readonly RawLine[] => {
  const found: RawLine[] = [];
  const reader = createLineReader((line) => found.push(line));
  reader.write(bytes);
  reader.end();
  return found;
};

const countLines = (bytes: Buffer): number => {
  let found = 0;
  for (let at = bytes.indexOf(LINE_END); at !== -1; at = bytes.indexOf(LINE_END, at + 1)) found += 1;
  return found;
};

const NOTHING = Buffer.alloc(0);

export const createSkim = ({ matters, keep }: SkimOptions): Skim => {
  let unfinished: Buffer = NOTHING;
  /** Whole lines each, together as many as are kept and less than one part more: nothing is copied for each of a flood. */
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let lines = 0;
  let bytes = 0;

  const last = (): readonly RawLine[] => {
    const all = Buffer.concat(tail);
    // From a whole line on: of a credential that is cut the rest would not be known for one.
    const from = all.length > TAIL ? all.indexOf(LINE_END, all.length - TAIL) + 1 : 0;
    return linesIn(all.subarray(from)).slice(-TAIL_LINES);
  };

  const addToTail = (more: Buffer): void => {
    if (more.length === 0) return;
    tail.push(more);
    tailBytes += more.length;
    for (let first = tail[0]; first !== undefined && tailBytes - first.length >= TAIL; first = tail[0]) {
      tailBytes -= first.length;
      tail.shift();
    }
  };
  const feed = (chunk: Uint8Array): void => {
    const read = Buffer.concat([unfinished, chunk]);
    const end = read.lastIndexOf(LINE_END) + 1;
    const whole = read.subarray(0, end);
    // Of a line without end only its beginning says whose it is.
    unfinished = read.subarray(end, end + TAIL);
    if (whole.length > 0 && matters(searchable(whole))) {
      const rest = linesIn(whole).filter((line) => !(matters(line.text) && keep(line)));
      lines += rest.length;
      addToTail(Buffer.concat(rest.map(bytesOf)));
    } else {
      lines += countLines(whole);
      addToTail(whole);
    }
  };
  return {
    write: (chunk) => {
      bytes += chunk.length;
      feed(chunk);
    },
    end: () => {
      if (unfinished.length > 0) feed(Buffer.of(LINE_END));
    },
    take: () => {
      if (bytes === 0) return undefined;
      const left = { lines, bytes, last: last() };
      [lines, bytes, tail, tailBytes] = [0, 0, [], 0];
      return left;
    },
    last,
  };
};
