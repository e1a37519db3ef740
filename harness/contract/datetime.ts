/**
 * Dates and times by a format in Java's letters (`yyyy-MM-dd'T'HH:mm:ssXXX`), read the way Pact's engine reads them: part by part,
 * each taking as many characters as it can.
 */

/** The format has a part whose meaning is not certain: `message` names it. */
export class UnreadableFormat extends Error {}

/** A part of a text that stands for something. */
interface Part {
  /** Sticky. */
  readonly pattern: RegExp;
  readonly fits: (text: string) => boolean;
  /** Where it is one of a date's parts. */
  readonly field?: 'year' | 'month' | 'day';
  readonly numberIn?: (text: string) => number;
}

const sticky = (pattern: string): RegExp => new RegExp(pattern, 'iy');
const always = (): boolean => true;

const number = (from: number, to: number): Part => ({
  pattern: sticky(String.raw`\d{1,2}`),
  fits: (text) => Number(text) >= from && Number(text) <= to,
  numberIn: Number,
});

const digits = (most: number | ''): Part => ({
  pattern: sticky(`\\d{1,${most}}`),
  fits: always,
  numberIn: Number,
});

const named = (names: readonly string[]): Part => ({
  pattern: sticky(names.join('|')),
  fits: always,
  numberIn: (text) => names.findIndex((name) => name.toLowerCase() === text.toLowerCase()) + 1,
});

/** The engine knows offsets of less than twelve hours. */
const offset = (pattern: string): Part => ({
  pattern: new RegExp(pattern, 'y'),
  fits: (text) => {
    const [, hours = '0', minutes = '0'] = /^[+-](\d{1,2}):?(\d{1,2})?$/.exec(text) ?? [];
    return Number(hours) <= 11 && Number(minutes) <= 59;
  },
});

const literal = (text: string): Part => ({
  pattern: new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`), 'y'),
  fits: always,
});

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const short = (names: readonly string[]): readonly string[] => names.map((name) => name.slice(0, 3));

const WITH_COLON = String.raw`[+-]\d{1,2}:\d{1,2}`;
const WITHOUT_COLON = String.raw`[+-]\d{2}\d{1,2}`;
const HOURS = String.raw`[+-]\d{1,2}(?:\d{1,2})?`;

type Reading = (count: number) => Part | undefined;

const upTo =
  (most: number, part: Part): Reading =>
  (count) =>
    count <= most ? part : undefined;
const year: Reading = (count) => ({ ...digits(count), field: 'year' });
const oneOf =
  (...patterns: readonly string[]): Reading =>
  (count) =>
    patterns[count - 1] === undefined ? undefined : offset(patterns[count - 1] as string);
const orZ = (pattern: string): string => `Z|${pattern}`;

/** What a run of one letter stands for, by its length; no part where the engine knows none or its meaning is not certain. */
const LETTERS: Readonly<Record<string, Reading>> = {
  y: year,
  u: year,
  Y: year,
  M: (count) => {
    const part = count >= 4 ? named(MONTHS) : count === 3 ? named(short(MONTHS)) : number(1, 12);
    return count > 5 ? undefined : { ...part, field: 'month' };
  },
  L: upTo(2, { ...number(1, 12), field: 'month' }),
  d: upTo(2, { ...number(1, 31), field: 'day' }),
  E: (count) => (count > 5 ? undefined : named(count >= 4 ? DAYS : short(DAYS))),
  H: upTo(2, number(0, 23)),
  k: upTo(2, number(1, 24)),
  h: upTo(2, number(1, 12)),
  K: upTo(2, number(0, 11)),
  m: upTo(2, number(0, 59)),
  s: upTo(2, number(0, 60)),
  S: (count) => digits(count),
  n: () => digits(''),
  a: upTo(1, { pattern: sticky('AM|PM'), fits: always }),
  Z: oneOf(WITHOUT_COLON, WITHOUT_COLON, WITHOUT_COLON),
  X: oneOf(orZ(HOURS), orZ(WITHOUT_COLON), orZ(WITH_COLON)),
  x: oneOf(HOURS, WITHOUT_COLON, WITH_COLON),
};

/** A date or time format, ready to read by. */
export type Format = readonly Part[];

const PIECE = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z'[\]{}]/gy;

/** Reads a format. Errors: UnreadableFormat. */
export const readFormat = (format: string): Format => {
  const parts: Part[] = [];
  let end = 0;
  for (const match of format.matchAll(PIECE)) {
    const [piece, quoted, letter] = match;
    end = match.index + piece.length;
    if (quoted !== undefined) parts.push(literal(quoted === '' ? "'" : quoted.replaceAll("''", "'")));
    else if (letter === undefined) parts.push(literal(piece));
    else {
      const part = Object.hasOwn(LETTERS, letter) ? LETTERS[letter]?.(piece.length) : undefined;
      if (part === undefined) throw new UnreadableFormat(piece);
      parts.push(part);
    }
  }
  if (end !== format.length) throw new UnreadableFormat(format.slice(end));
  return parts;
};

const daysIn = (month: number, inYear: number | undefined): number => {
  // Day 0 of the next month is the month's last. Without a year, February has 28 days. Years below 100 stand for themselves.
  const date = new Date(0);
  date.setUTCFullYear(inYear ?? 2023, month, 0);
  return date.getUTCDate();
};

/** Is the text a date or time of that format? */
export const isDatetime = (text: string, format: Format): boolean => {
  const fields: { year?: number; month?: number; day?: number } = {};
  let at = 0;
  for (const { pattern, fits, field, numberIn } of format) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined || !fits(found)) return false;
    if (field !== undefined && numberIn !== undefined) fields[field] = numberIn(found);
    at += found.length;
  }
  const { month, day } = fields;
  return at === text.length && (month === undefined || day === undefined || day <= daysIn(month, fields.year));
};
