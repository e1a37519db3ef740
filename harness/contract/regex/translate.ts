/**
 * Regular expressions of a pact in JavaScript's. Pact's engine reads them with Oniguruma in Ruby's syntax: of Unicode's characters,
 * `^` and `$` at every line, and a match must be the whole text. What cannot be given exactly that meaning is refused.
 */
import { anyCase, refuseFoldedTogether } from './case.ts';
import { readEscape } from './escapes.ts';
import { UntranslatablePattern, atEnd, literal, next, peek, readerOf, refuse, take, takeMatch } from './reader.ts';
import type { Options, Reader } from './reader.ts';
import { readSet } from './set.ts';

/** One part of a pattern. */
interface Atom {
  readonly source: string;
  /** The character, where it is one that a quantifier or a neighbour may turn into another under `i`. */
  readonly character?: string;
  /** Nothing that can be repeated. */
  readonly isPlace?: boolean;
}

interface Context {
  readonly reader: Reader;
  /** How many atomic groups there are: each needs a name of its own. */
  atomic: number;
  /** The literal just before, under `i`. */
  before: string;
}

/** JavaScript has no atomic groups; a look-ahead is one. */
const atomic = (context: Context, source: string): string => {
  const name = `a${++context.atomic}`;
  return `(?:(?=(?<${name}>${source}))\\k<${name}>)`;
};

const LINE_BEGIN = String.raw`(?:(?<![\s\S])|(?<=\n)(?=[\s\S]))`;
const LINE_END = String.raw`(?![^\n])`;
const NEWLINE = String.raw`\r\n|[\n-\r\u{85}\u{2028}\u{2029}]`;

const charactersAtom = (context: Context, character: string, { ignoreCase }: Options): Atom => {
  if (!ignoreCase) return { source: literal(character) };
  refuseFoldedTogether(context.before, character);
  return { source: `[${anyCase(character)}]`, character };
};

const escaped = (context: Context, options: Options): Atom => {
  const isProperty = /[pP]/.test(peek(context.reader));
  const escape = readEscape(context.reader, false);
  if (escape.kind === 'character') return charactersAtom(context, escape.character, options);
  if (escape.kind === 'newline') return { source: atomic(context, NEWLINE) };
  if (escape.kind === 'place') return { source: escape.source, isPlace: true };
  return isProperty && options.ignoreCase ? refuse('a property without regard to case') : { source: escape.source };
};

/** What begins a group, and what comes of its content. */
const GROUPS: readonly (readonly [RegExp, 'group' | 'atomic' | 'ahead' | 'notAhead' | 'behind' | 'notBehind'])[] = [
  [/^\?:/, 'group'],
  [/^\?>/, 'atomic'],
  [/^\?=/, 'ahead'],
  [/^\?!/, 'notAhead'],
  [/^\?<=/, 'behind'],
  [/^\?<!/, 'notBehind'],
  [/^\?<[a-z_]\w*>/i, 'group'],
  [/^(?!\?)/, 'group'],
];

const LOOKS: Readonly<Record<string, string>> = { ahead: '?=', notAhead: '?!', behind: '?<=', notBehind: '?<!' };

const inBrackets = (context: Context, options: Options): string => {
  const source = readAlternatives(context, options);
  return take(context.reader, ')') ? source : refuse('a parenthesis without its end');
};

const withOptions = ({ ignoreCase, dotAll }: Options, on: string, off: string): Options => ({
  ignoreCase: on.includes('i') || (ignoreCase && !off.includes('i')),
  dotAll: on.includes('m') || (dotAll && !off.includes('m')),
});

const group = (context: Context, options: Options): Atom => {
  const { reader } = context;
  if (takeMatch(reader, /^\?#[^)\\]*\)/) !== undefined) return { source: '', isPlace: true };
  const flags = takeMatch(reader, /^\?([im]*)(?:-([im]*))?([:)])/);
  if (flags !== undefined && flags[0] !== '?:') {
    const inner = withOptions(options, flags[1] ?? '', flags[2] ?? '');
    // Without a colon they hold up to the end of the group around them, alternatives and all.
    if (flags[3] === ')') return { source: `(?:${readAlternatives(context, inner)})`, isPlace: true };
    return { source: `(?:${inBrackets(context, inner)})` };
  }
  const kind = flags === undefined ? GROUPS.find(([begin]) => takeMatch(reader, begin) !== undefined)?.[1] : 'group';
  if (kind === undefined) return refuse(`(${takeMatch(reader, /^\?[^)]{0,3}/)?.[0] ?? ''}`);
  const begun = reader.at;
  const source = inBrackets(context, options);
  if (kind === 'group') return { source: `(?:${source})` };
  if (kind === 'atomic') return { source: atomic(context, source) };
  const content = reader.characters.slice(begun, reader.at - 1).join('');
  if (kind.endsWith('ehind') && /[*+?{(|]/.test(content)) return refuse(`a look-behind of several lengths, ${content}`);
  return { source: `(${LOOKS[kind]}${source})`, isPlace: true };
};

const readAtom = (context: Context, options: Options): Atom => {
  const { reader } = context;
  const character = next(reader);
  if (character === '(') return group(context, options);
  if (character === '[') return { source: readSet(reader, options) };
  if (character === '\\') return escaped(context, options);
  if (character === '.') return { source: options.dotAll ? String.raw`[\s\S]` : String.raw`[^\n]` };
  if (character === '^') return { source: LINE_BEGIN, isPlace: true };
  if (character === '$') return { source: LINE_END, isPlace: true };
  if (/[*+?]/.test(character)) return refuse(`'${character}' with nothing to repeat`);
  return charactersAtom(context, character, options);
};

const MOST_REPEATS = 100_000;

const braces = (reader: Reader): string | undefined => {
  const found = takeMatch(reader, /^\{(\d*)(,?)(\d*)\}/);
  if (found === undefined) return undefined;
  const [whole, from = '', comma, to = ''] = found;
  if (from === '' && to === '') {
    reader.at -= whole.length;
    return undefined;
  }
  const bounds = [from, to].map(Number);
  if (Math.max(...bounds) > MOST_REPEATS || (to !== '' && from !== '' && Number(from) > Number(to)))
    return refuse(`the quantifier ${whole}`);
  if (comma === '' && peek(reader) === '?') return refuse(`the quantifier ${whole}?`);
  return `{${from === '' ? '0' : from}${comma}${to}}`;
};

/** The atom with the quantifiers behind it; one behind another repeats what the first made. */
const repeated = (context: Context, atom: Atom): Atom => {
  const { reader } = context;
  let { source } = atom;
  for (let isRepeated = false; ; isRepeated = true) {
    const single = /[*+?]/.test(peek(reader)) ? next(reader) : undefined;
    const quantifier = single ?? braces(reader);
    if (quantifier === undefined) return isRepeated ? { source } : atom;
    if (atom.isPlace === true) return refuse(`a quantifier on what is no character`);
    if (atom.character !== undefined) refuseFoldedTogether(atom.character, atom.character);
    source = `(?:${source})${quantifier}`;
    if (take(reader, '?')) source += '?';
    else if (single !== undefined && take(reader, '+')) source = atomic(context, source);
  }
};

const readSequence = (context: Context, options: Options): string => {
  const { reader } = context;
  let source = '';
  while (!atEnd(reader) && peek(reader) !== '|' && peek(reader) !== ')') {
    const atom = repeated(context, readAtom(context, options));
    source += atom.source;
    context.before = atom.character ?? '';
  }
  return source;
};

const readAlternatives = (context: Context, options: Options): string => {
  const alternatives = [readSequence(context, options)];
  while (take(context.reader, '|')) {
    context.before = '';
    alternatives.push(readSequence(context, options));
  }
  return alternatives.join('|');
};

/** The expression that matches exactly the texts that Pact's engine takes. Errors: UntranslatablePattern. */
export const translate = (pattern: string): RegExp => {
  const context: Context = { reader: readerOf(pattern), atomic: 0, before: '' };
  const source = readAlternatives(context, { ignoreCase: false, dotAll: false });
  if (!atEnd(context.reader)) return refuse('a closing parenthesis too many');
  try {
    return new RegExp(`^(?:${source})$`, 'v');
  } catch {
    throw new UntranslatablePattern('its shape');
  }
};
