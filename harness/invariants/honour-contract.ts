/** How findings about the contract read. */
import type { Mismatch } from '../contract/match.ts';

const MOST_SHOWN = 4;

const describe = ({ part, path, rule, expected, actual }: Mismatch): string => {
  const place = part === 'body' ? path : path === '$' ? part : `${part} ${path}`;
  return `${place} is ${actual}, not ${expected} (rule ${rule})`;
};

/** What does not fit where, without values; positions in lists do not tell defects apart. */
export const shapeOf = (wrong: readonly Mismatch[]): string =>
  wrong
    .slice(0, MOST_SHOWN)
    .map(({ part, path, rule }) => `${part} ${path.replace(/\[\d+\]/g, '')} ${rule}`)
    .join(' ')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** `$.trainerId is null, not text like … (rule regex)`, each with its interaction where it changes; the first few. */
export const describeMismatches = (wrong: readonly Mismatch[]): string => {
  const shown = wrong.slice(0, MOST_SHOWN).map((mismatch, i) => {
    const by = wrong[i - 1]?.interaction === mismatch.interaction ? '' : ` by "${mismatch.interaction}"`;
    return `${describe(mismatch)}${by}`;
  });
  const more = wrong.length > MOST_SHOWN ? `, and ${wrong.length - MOST_SHOWN} more` : '';
  return `${shown.join('; ')}${more}`;
};
