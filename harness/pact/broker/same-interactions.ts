/** Whether two pact documents promise the same. */

const withoutIds = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  // The broker gives each interaction an id of its own.
  const { _id, ...rest } = value as Record<string, unknown>;
  return rest;
};

/** The same text for the same value, in whatever order its keys are. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
};

const interactionsOf = (document: unknown): readonly string[] | undefined => {
  const found = (document as { readonly interactions?: unknown } | null | undefined)?.interactions;
  if (!Array.isArray(found)) return undefined;
  return found.map((interaction) => canonical(withoutIds(interaction))).sort();
};

/** Whether two pact documents hold the same interactions; order, ids and metadata aside. False when one has none at all. */
export const sameInteractions = (one: unknown, other: unknown): boolean => {
  const [a, b] = [interactionsOf(one), interactionsOf(other)];
  return a !== undefined && b !== undefined && a.length === b.length && a.every((text, i) => text === b[i]);
};
