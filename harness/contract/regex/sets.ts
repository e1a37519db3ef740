/** Sets of characters that have names in Oniguruma's dialect, by what they are in JavaScript's (flag v, without brackets). */

const WORD = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}`;
const SPACE = String.raw`\p{White_Space}`;
const HEX = '0-9a-fA-F';

/** `\d` and so on; a capital letter is the complement. */
const SHORT: Readonly<Record<string, string>> = { d: String.raw`\p{Nd}`, w: WORD, s: SPACE, h: HEX };

/** `[[:name:]]`. punct, print and graph are left out: what they take differs from version to version. */
const POSIX: Readonly<Record<string, string>> = {
  alpha: String.raw`\p{Alphabetic}`,
  digit: String.raw`\p{Nd}`,
  alnum: String.raw`\p{Alphabetic}\p{Nd}`,
  upper: String.raw`\p{Uppercase}`,
  lower: String.raw`\p{Lowercase}`,
  space: SPACE,
  blank: String.raw`\p{Zs}\u{9}`,
  cntrl: String.raw`\p{Cc}`,
  xdigit: HEX,
  word: WORD,
  ascii: String.raw`\u{0}-\u{7f}`,
};

/** A word's character. */
export const WORD_SET = `[${WORD}]`;

/** The set behind `\d`, `\D`, `\w` …; undefined when the letter is none of them. */
export const shortSet = (letter: string): string | undefined => {
  const set = SHORT[letter.toLowerCase()];
  if (set === undefined) return undefined;
  return letter === letter.toLowerCase() ? `[${set}]` : `[^${set}]`;
};

/** The set behind `[:name:]`; undefined for a name whose meaning is not certain. */
export const posixSet = (name: string, negated: boolean): string | undefined =>
  Object.hasOwn(POSIX, name) ? `[${negated ? '^' : ''}${POSIX[name]}]` : undefined;

const isProperty = (name: string): boolean => {
  try {
    return new RegExp(`\\p{${name}}`, 'u').test('') || true;
  } catch {
    return false;
  }
};

/** The set behind `\p{name}`; undefined for a name that JavaScript does not know in the same sense. */
export const propertySet = (name: string, negated: boolean): string | undefined => {
  if (!/^\w+$/.test(name)) return undefined;
  const sign = negated ? '^' : '';
  const lower = name.toLowerCase().replaceAll('_', '');
  if (lower === 'punct') return `[${sign}\\p{P}]`;
  const posix = Object.hasOwn(POSIX, lower) ? POSIX[lower] : undefined;
  if (posix !== undefined) return `[${sign}${posix}]`;
  for (const known of [name, `Script=${name}`]) if (isProperty(known)) return `[${sign}\\p{${known}}]`;
  return undefined;
};
