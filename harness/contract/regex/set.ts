/** Sets in brackets, `[a-z&&[^b][:digit:]]`. */
import { anyCase, anyCaseRange } from './case.ts';
import { readEscape } from './escapes.ts';
import { atEnd, literal, next, peek, refuse, take, takeMatch } from './reader.ts';
import type { Options, Reader } from './reader.ts';
import { posixSet } from './sets.ts';

/** A part of a set: one character, which may begin a range, or something that may not. */
type Item =
  { readonly kind: 'character'; readonly character: string } | { readonly kind: 'other'; readonly source: string };

const other = (source: string): Item => ({ kind: 'other', source });

const posix = (reader: Reader, { ignoreCase }: Options): Item | undefined => {
  const found = takeMatch(reader, /^\[:(\^?)([^\]:]*):\]/);
  if (found === undefined) return undefined;
  const [whole, caret, name = ''] = found;
  const source = ignoreCase ? undefined : posixSet(name, caret === '^');
  return source === undefined ? refuse(whole) : other(source);
};

const readItem = (reader: Reader, options: Options): Item => {
  if (peek(reader) === '[') {
    const named = posix(reader, options);
    if (named !== undefined) return named;
    next(reader);
    if (/[:.=]/.test(peek(reader))) return refuse(`[${peek(reader)} within a set`);
    return other(readSet(reader, options));
  }
  const character = next(reader);
  if (character !== '\\') return { kind: 'character', character };
  const isProperty = /[pP]/.test(peek(reader));
  const escape = readEscape(reader, true);
  if (escape.kind === 'character') return escape;
  if (escape.kind !== 'set' || (isProperty && options.ignoreCase)) return refuse('a property without regard to case');
  return other(escape.source);
};

const rangeOf = (from: string, to: string, { ignoreCase }: Options): string => {
  if ((from.codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0)) return refuse(`the empty range ${from}-${to}`);
  return ignoreCase ? anyCaseRange(from, to) : `${literal(from)}-${literal(to)}`;
};

/** Is the hyphen that stands here no range but a character: at the beginning, at the end, or after a range? */
const isPlainHyphen = (reader: Reader, before: Before): boolean => {
  if (peek(reader, 1) === ']') return true;
  if (before === 'set' || peek(reader, 1) === '-' || peek(reader, 1) === '&') return refuse('a hyphen within a set');
  return true;
};

type Before = 'nothing' | 'character' | 'range' | 'set';

const beginsRange = (reader: Reader): boolean => peek(reader) === '-' && peek(reader, 1) !== ']';

const readRange = (reader: Reader, from: string, options: Options): string => {
  next(reader);
  if (peek(reader) === '[' || peek(reader) === '&') return refuse('a range that ends with a set');
  const end = readItem(reader, options);
  return end.kind === 'character' ? rangeOf(from, end.character, options) : refuse('a range that ends with a set');
};

/** What stands before `&&` or the end. */
const readOperand = (reader: Reader, options: Options, isFirst: boolean): string => {
  const one = (character: string): string => (options.ignoreCase ? anyCase(character) : literal(character));
  let source = '';
  let before: Before = 'nothing';
  while (!atEnd(reader)) {
    const character = peek(reader);
    // Right after the opening bracket, a closing one is a character.
    if (character === ']' && (before !== 'nothing' || !isFirst)) break;
    if (character === '&' && peek(reader, 1) === '&') break;
    if (character === '-' && isPlainHyphen(reader, before)) {
      source += one(next(reader));
      before = 'range';
      continue;
    }
    const item = readItem(reader, options);
    if (item.kind === 'other') {
      source += item.source;
      before = 'set';
    } else if (beginsRange(reader)) {
      source += readRange(reader, item.character, options);
      before = 'range';
    } else {
      source += one(item.character);
      before = 'character';
    }
  }
  return source === '' ? refuse('an empty set') : `[${source}]`;
};

/** Reads a set after its opening bracket, as JavaScript's expressions take it with the flag v. */
export const readSet = (reader: Reader, options: Options): string => {
  const sign = take(reader, '^') ? '^' : '';
  const operands = [readOperand(reader, options, true)];
  while (take(reader, '&&')) operands.push(readOperand(reader, options, false));
  if (!take(reader, ']')) return refuse('a set without its end');
  return `[${sign}${operands.join('&&')}]`;
};
