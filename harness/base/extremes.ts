/** The least and the most of lists of any length: more than some 120,000 arguments are too many for `Math.min` and `Math.max`. */

/** `Infinity` of none. */
export const leastOf = (values: Iterable<number>): number => {
  let least = Infinity;
  for (const value of values) least = Math.min(least, value);
  return least;
};

/** `-Infinity` of none. */
export const mostOf = (values: Iterable<number>): number => {
  let most = -Infinity;
  for (const value of values) most = Math.max(most, value);
  return most;
};
