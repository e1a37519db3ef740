/** What follows a backslash. */
import { literal, next, peek, refuse, takeMatch } from './reader.ts';
import type { Reader } from './reader.ts';
import { WORD_SET, propertySet, shortSet } from './sets.ts';

/** One character, a set of characters, or a place between characters. */
export type Escape =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'place'; readonly source: string }
  | { readonly kind: 'newline' };

const CONTROLS: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\u0007',
  e: '\u001b',
  0: '\0',
};

/** Not [^]: with the flag v, V8 takes one character for it at most. */
const ANY = String.raw`[\s\S]`;
const END = `(?!${ANY})`;

/** `\A`, `\z`, `\Z`, `\b`, `\B`. */
const PLACES: Readonly<Record<string, string>> = {
  A: `(?<!${ANY})`,
  z: END,
  Z: String.raw`(?=\n?${END})`,
  b: `(?:(?<=${WORD_SET})(?!${WORD_SET})|(?<!${WORD_SET})(?=${WORD_SET}))`,
  B: `(?:(?<=${WORD_SET})(?=${WORD_SET})|(?<!${WORD_SET})(?!${WORD_SET}))`,
};

const codePoint = (reader: Reader, pattern: RegExp): Escape | undefined => {
  const digits = takeMatch(reader, pattern)?.[1];
  if (digits === undefined) return undefined;
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return refuse(`the code point ${digits}`);
  return { kind: 'character', character: String.fromCodePoint(code) };
};

const property = (reader: Reader, letter: string): Escape => {
  const [whole, caret, name = ''] = takeMatch(reader, /^\{(\^?)([^}]*)\}/) ?? [];
  const source = whole === undefined ? undefined : propertySet(name, (letter === 'P') !== (caret === '^'));
  return source === undefined ? refuse(`\\${letter}${whole ?? ''}`) : { kind: 'set', source };
};

/** Reads what follows a backslash. Within a set, `\b` is a backspace and there are no places. */
export const readEscape = (reader: Reader, inSet: boolean): Escape => {
  const letter = next(reader);
  if (letter === '') return refuse('a backslash at the end');
  if (letter === '0' && /\d/.test(peek(reader))) return refuse('an octal escape');
  if (Object.hasOwn(CONTROLS, letter)) return { kind: 'character', character: CONTROLS[letter] as string };
  const set = shortSet(letter);
  if (set !== undefined) return { kind: 'set', source: set };
  if (letter === 'p' || letter === 'P') return property(reader, letter);
  // Two hexadecimal digits over 7f are a byte, not a character.
  const point =
    letter === 'x'
      ? (codePoint(reader, /^\{([\da-f]{1,8})\}/i) ?? codePoint(reader, /^([0-7][\da-f])/i))
      : letter === 'u'
        ? codePoint(reader, /^([\da-f]{4})/i)
        : undefined;
  if (point !== undefined) return point;
  if (inSet && letter === 'b') return { kind: 'character', character: '\b' };
  if (!inSet && Object.hasOwn(PLACES, letter)) return { kind: 'place', source: PLACES[letter] as string };
  if (!inSet && letter === 'N') return { kind: 'set', source: `[^${literal('\n')}]` };
  if (!inSet && letter === 'O') return { kind: 'set', source: ANY };
  if (!inSet && letter === 'R') return { kind: 'newline' };
  return /[\p{L}\p{N}]/u.test(letter) ? refuse(`\\${letter}`) : { kind: 'character', character: letter };
};
