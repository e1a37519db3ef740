/** Which keys come more than once, among many of which nearly all come once: guessed in memory that does not grow, and then counted. Pure. */
import { createFilter } from './filter.ts';

export interface Repeated {
  /** The first time through: notes the key. */
  guess(key: string): void;
  isAny(): boolean;
  /** How many guesses were too many to be counted. */
  beyond(): number;
  /** The second time through: has it come twice by now? */
  count(key: string): boolean;
}

/** A guess is wrong as often as the filter is: of ten million one in five hundred. */
const MOST = 100_000;

export const createRepeated = (most = MOST): Repeated => {
  const seen = createFilter();
  const counts = new Map<string, number>();
  let beyond = 0;
  return {
    guess: (key) => {
      if (!seen.has(key)) seen.add(key);
      else if (!counts.has(key) && counts.size >= most) beyond += 1;
      else counts.set(key, 0);
    },
    isAny: () => counts.size > 0,
    beyond: () => beyond,
    count: (key) => {
      const was = counts.get(key);
      if (was === undefined) return false;
      counts.set(key, was + 1);
      return was > 0;
    },
  };
};
