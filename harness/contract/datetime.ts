/** Dates and times by a format in Java's letters (`yyyy-MM-dd'T'HH:mm:ssXXX`), as Pact's rules name them. */

const two = (from: number, to: number) => ({
  pattern: String.raw`\d{1,2}`,
  fits: (text: string): boolean => Number(text) >= from && Number(text) <= to,
});
const named = (names: readonly string[]) => ({ pattern: names.join('|'), fits: (): boolean => true });
const any = (pattern: string) => ({ pattern, fits: (): boolean => true });

type Part = ReturnType<typeof two>;

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const short = (names: readonly string[]): readonly string[] => names.map((name) => name.slice(0, 3));

const OFFSETS: Readonly<Record<string, string>> = {
  X: String.raw`Z|[+-]\d{2}(?:\d{2})?`,
  XX: String.raw`Z|[+-]\d{4}`,
  XXX: String.raw`Z|[+-]\d{2}:\d{2}`,
  x: String.raw`[+-]\d{2}(?:\d{2})?`,
  xx: String.raw`[+-]\d{4}`,
  xxx: String.raw`[+-]\d{2}:\d{2}`,
};

/** A run of one letter to what it stands for; undefined for letters that no date of this pipeline needs. */
const partOf = (run: string): Part | undefined => {
  const count = run.length;
  switch (run[0]) {
    case 'y':
    case 'u':
      return any(count === 2 ? String.raw`\d{2}` : String.raw`\d{1,4}`);
    case 'M':
    case 'L':
      return count >= 4 ? named(MONTHS) : count === 3 ? named(short(MONTHS)) : two(1, 12);
    case 'd':
      return two(1, 31);
    case 'E':
      return named(count >= 4 ? DAYS : short(DAYS));
    case 'H':
      return two(0, 23);
    case 'k':
      return two(1, 24);
    case 'h':
      return two(1, 12);
    case 'K':
      return two(0, 11);
    case 'm':
      return two(0, 59);
    case 's':
      return two(0, 60);
    case 'S':
      return any(String.raw`\d{1,${Math.max(count, 3)}}`);
    case 'n':
      return any(String.raw`\d{1,9}`);
    case 'a':
      return any('AM|PM|am|pm');
    case 'Z':
      return any(String.raw`[+-]\d{2}:?\d{2}`);
    default: {
      const offset = OFFSETS[run];
      return offset === undefined ? undefined : any(offset);
    }
  }
};

interface Format {
  readonly pattern: RegExp;
  readonly parts: readonly Part[];
  /** The letter of each part. */
  readonly letters: readonly string[];
}

const PIECE = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/g;
const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

const compile = (format: string): Format | undefined => {
  const parts: Part[] = [];
  const letters: string[] = [];
  let pattern = '';
  let end = 0;
  for (const match of format.matchAll(PIECE)) {
    if (match.index !== end) return undefined;
    end = match.index + match[0].length;
    const [piece, quoted, letter] = match;
    if (quoted !== undefined) pattern += literal(quoted === '' ? "'" : quoted.replaceAll("''", "'"));
    else if (letter === undefined) pattern += literal(piece);
    else {
      const part = partOf(piece);
      if (part === undefined) return undefined;
      parts.push(part);
      letters.push(letter);
      pattern += `(${part.pattern})`;
    }
  }
  return end === format.length ? { pattern: new RegExp(`^${pattern}$`), parts, letters } : undefined;
};

const compiled = new Map<string, Format | undefined>();

/** Is the text a date or time of that format? False also for a format with letters that are not known here. */
export const isDatetime = (text: string, format: string): boolean => {
  if (!compiled.has(format)) compiled.set(format, compile(format));
  const known = compiled.get(format);
  const found = known?.pattern.exec(text);
  if (known === undefined || found === null || found === undefined) return false;
  if (!known.parts.every((part, i) => part.fits(found[i + 1] ?? ''))) return false;
  const numberOf = (letter: string): number | undefined => {
    const i = known.letters.indexOf(letter);
    return i < 0 || !/^\d+$/.test(found[i + 1] ?? '') ? undefined : Number(found[i + 1]);
  };
  const [month, day] = [numberOf('M'), numberOf('d')];
  // Day 0 of the next month is the month's last; without a year, February may have 29.
  return (
    month === undefined || day === undefined || day <= new Date(Date.UTC(numberOf('y') ?? 2024, month, 0)).getUTCDate()
  );
};
