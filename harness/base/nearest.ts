/** Edits (insert, delete, replace, swap of neighbours) that turn one text into the other. */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(a.length, b.length);
};

/**
 * The names a user may have meant, best first, three at most: few edits away, or containing what was written.
 * Empty when nothing is near.
 */
export const nearest = (name: string, known: readonly string[]): string[] => {
  const wanted = name.toLowerCase();
  // Of a short name, a few edits leave nothing.
  const allowed = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
  return known
    .map((candidate) => {
      const lower = candidate.toLowerCase();
      const contains = wanted.length >= 3 && (lower.includes(wanted) || wanted.includes(lower));
      const edits = distance(wanted, lower);
      return { candidate, near: contains || edits <= Math.min(allowed, wanted.length - 1), edits };
    })
    .filter((scored) => scored.near)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map((scored) => scored.candidate);
};

/** " (did you mean a or b?)", or nothing when no name is near. */
export const didYouMean = (name: string, known: readonly string[]): string => {
  const names = nearest(name, known);
  return names.length === 0 ? '' : ` (did you mean ${names.join(' or ')}?)`;
};
