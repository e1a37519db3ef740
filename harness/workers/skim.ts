/**
 * Output that is only skimmed: counted, searched for lines that say something of the trial, and its last lines kept. A
 * worker that writes faster than its lines can be kept is read as fast as it writes, and never waits for us.
 */
import { createLineReader } from './lines.ts';
import type { RawLine } from './lines.ts';

/** Characters of its last lines. */
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

export const createSkim = ({ matters, keep }: SkimOptions): Skim => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let unfinished = '';
  let tail = '';
  let lines = 0;
  let bytes = 0;

  const linesIn = (text: string): readonly RawLine[] => {
    const found: RawLine[] = [];
    const reader = createLineReader((line) => found.push(line));
    reader.write(Buffer.from(text));
    reader.end();
    return found;
  };
  const count = (text: string): number => {
    let found = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) found += 1;
    return found;
  };
  const last = (): readonly RawLine[] => (tail === '' ? [] : linesIn(tail).slice(-TAIL_LINES));

  const feed = (decoded: string): void => {
    const read = unfinished + decoded;
    const end = read.lastIndexOf('\n') + 1;
    const whole = read.slice(0, end);
    // Of a line without end only its beginning says whose it is.
    unfinished = read.slice(end, end + TAIL);
    if (whole !== '' && matters(whole)) {
      const rest = linesIn(whole).filter((line) => !(matters(line.text) && keep(line)));
      lines += rest.length;
      tail += rest.map(({ text }) => `${text}\n`).join('');
    } else {
      lines += count(whole);
      tail += whole;
    }
    // From a whole line on: of a credential that is cut the rest would not be known for one.
    if (tail.length > TAIL) tail = tail.slice(tail.indexOf('\n', tail.length - TAIL) + 1);
  };
  return {
    write: (chunk) => {
      bytes += chunk.length;
      feed(decoder.decode(chunk, { stream: true }));
    },
    end: () => {
      if (unfinished !== '') feed('\n');
    },
    take: () => {
      if (bytes === 0) return undefined;
      const left = { lines, bytes, last: last() };
      [lines, bytes, tail] = [0, 0, ''];
      return left;
    },
    last,
  };
};
