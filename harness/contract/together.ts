/**
 * Traffic against several interactions of one kind (one route and status, one topic): it is right when it fits one of
 * them, and also when it is right place by place, because optional fields come in any combination.
 */
import { typeOf } from './values.ts';
import type { Interaction } from './pact.ts';
import type { Mismatch } from './match.ts';

/** One interaction with what it finds wrong. */
export interface Judged {
  readonly interaction: Interaction;
  /** The example body the places are looked up in. */
  readonly example: unknown;
  readonly mismatches: readonly Mismatch[];
}

const STEP = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/g;

/** The value at a place of an example; of a list's elements the first stands for all that the example lacks. */
const placeIn = (example: unknown, path: string): unknown => {
  let value = example;
  for (const [, name, index, quoted] of path.matchAll(STEP)) {
    if (Array.isArray(value)) value = (value as readonly unknown[])[Number(index)] ?? (value as readonly unknown[])[0];
    else if (typeof value === 'object' && value !== null)
      value = (value as Readonly<Record<string, unknown>>)[name ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1')];
    else return undefined;
  }
  return value;
};

const above = (path: string): string => path.replace(/(\.[^.[\]]+|\[\d+\]|\['(?:[^'\\]|\\.)*'\])$/, '');

/** Has the interaction a say in whether this place is right? */
const knows = ({ example, interaction }: Judged, { part, path, rule }: Mismatch): boolean => {
  if (part === 'metadata')
    return rule === 'required' || (interaction.kind === 'message' && Object.hasOwn(interaction.metadata, path));
  if (part !== 'body') return true;
  // What is missing is missing by those whose example has the object it should be in.
  if (rule === 'required') return typeOf(placeIn(example, above(path))) !== 'absent';
  return rule === 'unexpected' || placeIn(example, path) !== undefined;
};

const placeOf = ({ part, path }: Mismatch): string => `${part} ${path}`;

/**
 * What is wrong by all the interactions together: the places that every interaction with a say finds wrong, as the
 * closest one puts it. Empty when one of them fits.
 */
export const wrongTogether = (judged: readonly Judged[]): readonly Mismatch[] => {
  if (judged.some(({ mismatches }) => mismatches.length === 0)) return [];
  const places = judged.map(({ mismatches }) => new Set(mismatches.map(placeOf)));
  const seen = new Set<string>();
  return judged
    .toSorted((a, b) => a.mismatches.length - b.mismatches.length)
    .flatMap(({ mismatches }) => mismatches)
    .filter((mismatch) => {
      const place = placeOf(mismatch);
      if (seen.has(`${place} ${mismatch.rule}`) || mismatch.rule === 'unexpected') return false;
      seen.add(`${place} ${mismatch.rule}`);
      return judged.every((each, i) => places[i]?.has(place) === true || !knows(each, mismatch));
    });
};
