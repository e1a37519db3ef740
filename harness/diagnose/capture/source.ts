/** Plain data as TypeScript, as a formatter would leave it. Nothing in it ends a text early or begins a line. */
import { oneLine } from '../../base/presentable.ts';

const WIDTH = 120;
const STEP = 2;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** In single quotes, or in double ones where those need fewer signs before them; what acts on a terminal is shown as TypeScript has it. */
const textOf = (text: string): string => {
  const inner = oneLine(JSON.stringify(text).slice(1, -1));
  const singles = text.split("'").length;
  const doubles = text.split('"').length;
  return singles > doubles
    ? `"${inner}"`
    : `'${inner.replaceAll(String.raw`\"`, '"').replaceAll("'", String.raw`\'`)}'`;
};

/** In brackets where it would be no key but what the object is made after. */
const keyOf = (key: string): string => {
  if (key === '__proto__') return `[${textOf(key)}]`;
  return IDENTIFIER.test(key) ? key : textOf(key);
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const inLine = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(inLine).join(', ')}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, each]) => `${keyOf(key)}: ${inLine(each)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'string' ? textOf(value) : String(value);
};

/** A list of several objects of several keys each has one a line, however short. */
const isTable = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 1 && value.every((each) => isObject(each) && Object.keys(each).length > 1);

const holdsTable = (value: unknown): boolean =>
  isTable(value) ||
  (Array.isArray(value) && value.some(holdsTable)) ||
  (isObject(value) && Object.values(value).some(holdsTable));

/** `before`: how much stands in its line already, and behind it a comma. */
const laidOut = (value: unknown, indent: number, before: number): string => {
  const line = inLine(value);
  if (!holdsTable(value) && before + line.length + 1 <= WIDTH) return line;
  return brokenUp(value, indent);
};

const brokenUp = (value: unknown, indent: number): string => {
  const inner = indent + STEP;
  const margin = ' '.repeat(inner);
  const close = ' '.repeat(indent);
  if (Array.isArray(value))
    return `[\n${value.map((each) => `${margin}${laidOut(each, inner, inner)},\n`).join('')}${close}]`;
  if (!isObject(value)) return inLine(value);
  const lines = Object.entries(value).map(([key, each]) => {
    const name = `${keyOf(key)}: `;
    const line = inLine(each);
    // A text that is too long for its line stands in the next one.
    if (typeof each === 'string' && inner + name.length + line.length + 1 > WIDTH)
      return `${margin}${name.trimEnd()}\n${margin}${' '.repeat(STEP)}${line},\n`;
    return `${margin}${name}${laidOut(each, inner, inner + name.length)},\n`;
  });
  return `{\n${lines.join('')}${close}}`;
};

/** An object over several lines, its first not indented. */
export const sourceOf = (value: Readonly<Record<string, unknown>>): string => brokenUp(value, 0);
