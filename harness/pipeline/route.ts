/** The path of an operation, in which `:name` stands for one segment. */

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const NOTHING: Readonly<Record<string, string>> = {};

/** What the path names, by the names of the declared one; undefined: it is another path. */
export const namedBySegments = (declared: string, path: string): Readonly<Record<string, string>> | undefined => {
  if (!declared.includes(':')) return declared === path ? NOTHING : undefined;
  const [asked, given] = [declared.split('/'), path.split('/')];
  if (asked.length !== given.length) return undefined;
  const named: Record<string, string> = {};
  for (const [i, segment] of asked.entries()) {
    const value = given[i] ?? '';
    if (!segment.startsWith(':')) {
      if (segment !== value) return undefined;
    } else if (value === '') return undefined;
    else named[segment.slice(1)] = decoded(value);
  }
  return named;
};
