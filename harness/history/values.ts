/** Single values of what somebody else wrote: each may be missing, blank, or of another kind. */

/** A text that says something; blanks say nothing. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

/** An object's fields. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A count, an offset or the number of a partition, also as text; blanks are none. */
export const wholeNumber = (value: unknown): number | undefined => {
  const n = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  return typeof n === 'number' && Number.isInteger(n) && n >= 0 ? n : undefined;
};

/** What stands under a name that somebody else chose: `constructor` and `__proto__` are names like any other. */
export const under = <T>(values: Readonly<Record<PropertyKey, T>> | undefined, name: PropertyKey): T | undefined =>
  values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
