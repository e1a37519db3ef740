/**
 * JSON whose numbers keep what JavaScript's lose: Pact's engine tells 1 from 1.0 and holds 64 bits. Numbers are JavaScript's where
 * these are exact; the others are ExactNumbers, which equal none of them.
 */
/** A number as Pact's engine reads it: a decimal that JavaScript takes for an integer, or an integer beyond its exact ones. */
export class ExactNumber {
  readonly kind: 'integer' | 'decimal';
  /** As the engine writes it: `1.0`, `100.0`, `1e+16`, `9007199254740993`. */
  readonly text: string;

  constructor(kind: 'integer' | 'decimal', text: string) {
    this.kind = kind;
    this.text = text;
  }

  /** For who takes any number of that value. */
  toJSON(): number {
    return Number(this.text);
  }
}

const withPoint = (text: string): string => (/[.e]/.test(text) ? text : `${text}.0`);

/** The engine writes decimals from 10^16 on and below 10^-5 with an exponent. */
export const decimalText = (value: number): string => {
  const size = Math.abs(value);
  if (Object.is(value, -0)) return '-0.0';
  return size !== 0 && (size >= 1e16 || size < 1e-5)
    ? value.toExponential().replace(/^(-?\d+)\.0*e/, '$1e')
    : withPoint(String(value));
};

const isIntegerLiteral = (literal: string): boolean => {
  if (!/^-?\d+$/.test(literal) || literal === '-0') return false;
  const value = BigInt(literal);
  return value < 2n ** 64n && value >= -(2n ** 63n);
};

const numberOf = (literal: string): number | ExactNumber => {
  const value = Number(literal);
  if (isIntegerLiteral(literal)) return Number.isSafeInteger(value) ? value : new ExactNumber('integer', literal);
  return Number.isInteger(value) ? new ExactNumber('decimal', decimalText(value)) : value;
};

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A name that nothing in the document has, however it is spelled there. */
const freeName = (value: unknown): string => {
  const text = JSON.stringify(value);
  let name = 'exact';
  while (text.includes(name)) name += '-';
  return name;
};

type Holder = Readonly<Record<string, unknown>>;

/** Reads a text, exact numbers and all. Errors: SyntaxError when it is no JSON or has a number that no float can hold. */
export const readJson = (text: string): unknown => {
  const plain: unknown = JSON.parse(text);
  const name = freeName(plain);
  let isPlain = true;
  const marked = text.replace(TOKEN, (token) => {
    if (token.startsWith('"')) return token;
    const value = numberOf(token);
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new SyntaxError(`the number ${token} is out of range`);
    if (typeof value === 'number') return token;
    isPlain = false;
    return `{"${name}":"${token}"}`;
  });
  if (isPlain) return plain;
  return JSON.parse(marked, (_, value: unknown) => {
    const literal = typeof value === 'object' && value !== null ? (value as Holder)[name] : undefined;
    return typeof literal === 'string' ? numberOf(literal) : value;
  }) as unknown;
};

/** JSON of a value with ExactNumbers in it. Errors: RangeError when it is nested too deep. */
export const writeJson = (value: unknown): string => {
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map((each) => writeJson(each)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${fields.map(([name, each]) => `${JSON.stringify(name)}:${writeJson(each)}`).join(',')}}`;
};
