/** Reading a pattern character by character. */

/** The pattern cannot be given its exact meaning here: `message` says which part. */
export class UntranslatablePattern extends Error {}

/** How a part of the pattern is read: `i` and `m` of Ruby's options. */
export interface Options {
  readonly ignoreCase: boolean;
  /** `.` takes newlines as well (Ruby's m). */
  readonly dotAll: boolean;
}

/** A pattern with a place in it. */
export interface Reader {
  readonly text: string;
  /** Characters, not UTF-16 units. */
  readonly characters: readonly string[];
  at: number;
}

export const readerOf = (text: string): Reader => ({ text, characters: [...text], at: 0 });

export const refuse = (what: string): never => {
  throw new UntranslatablePattern(what);
};

export const atEnd = (reader: Reader): boolean => reader.at >= reader.characters.length;

export const peek = (reader: Reader, ahead = 0): string => reader.characters[reader.at + ahead] ?? '';

export const next = (reader: Reader): string => {
  const character = peek(reader);
  reader.at += 1;
  return character;
};

/** Takes the text if it stands here. */
export const take = (reader: Reader, text: string): boolean => {
  if (reader.characters.slice(reader.at, reader.at + text.length).join('') !== text) return false;
  reader.at += text.length;
  return true;
};

/** Takes what matches here; the expression must begin with ^. */
export const takeMatch = (reader: Reader, pattern: RegExp): RegExpExecArray | undefined => {
  const found = pattern.exec(reader.characters.slice(reader.at).join(''));
  if (found === null) return undefined;
  reader.at += [...found[0]].length;
  return found;
};

/** A character as JavaScript's expressions take it anywhere. */
export const literal = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
