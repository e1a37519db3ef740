/** Characters without regard to case, by naming them: JavaScript folds other characters than Oniguruma does. */
import { literal, refuse } from './reader.ts';

const ASCII_LETTER = /^[a-z]$/i;

/** Two ASCII letters fold with characters beyond ASCII: k with the Kelvin sign, s with the long s. */
const BEYOND: Readonly<Record<string, string>> = { k: '\u212a', s: '\u017f' };

/** Letters in a row that Oniguruma folds with one character: ß, ﬀ, ﬁ, ﬂ, ﬆ. */
const FOLDED_TOGETHER = ['ss', 'ff', 'fi', 'fl', 'st'];

const variants = (character: string): readonly string[] => {
  if (character > '\u007f') return refuse(`'${character}' without regard to case`);
  if (!ASCII_LETTER.test(character)) return [character];
  const lower = character.toLowerCase();
  return [lower, lower.toUpperCase(), ...(lower in BEYOND ? [BEYOND[lower] as string] : [])];
};

/** Every variant of a character, for within a set. */
export const anyCase = (character: string): string => variants(character).map(literal).join('');

/** Every variant of the characters of a range, for within a set. */
export const anyCaseRange = (from: string, to: string): string => {
  if (to > '\u007f') return refuse(`the range to '${to}' without regard to case`);
  const codes = Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, i) => from.charCodeAt(0) + i);
  return codes.map((code) => anyCase(String.fromCharCode(code))).join('');
};

/** Errors: UntranslatablePattern for two letters in a row that one character may stand for. */
export const refuseFoldedTogether = (before: string, character: string): void => {
  const pair = `${before}${character}`.toLowerCase();
  if (FOLDED_TOGETHER.includes(pair)) refuse(`'${pair}' without regard to case`);
};
