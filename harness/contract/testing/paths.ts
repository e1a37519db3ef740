/** Places in a JSON value. */
import type { Json } from './templates.ts';

export type Path = readonly (string | number)[];

/** The value itself and every place in it. */
export const pathsOf = (value: Json, path: Path = []): readonly Path[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? (value as readonly Json[]).map((each, i) => [i, each] as const)
    : Object.entries(value);
  return [path, ...entries.flatMap(([step, each]) => pathsOf(each, [...path, step]))];
};

export const at = (value: Json, path: Path): Json =>
  path.reduce<Json>((inner, step) => (inner as Record<string | number, Json>)[step] as Json, value);

/** The value with another one at that place; undefined takes the value out. */
export const put = (value: Json, [step, ...rest]: Path, replacement: Json | undefined): Json => {
  if (step === undefined) return replacement ?? null;
  const inner =
    rest.length === 0 ? replacement : put((value as Record<string | number, Json>)[step] as Json, rest, replacement);
  if (Array.isArray(value)) {
    const copy = [...(value as readonly Json[])];
    if (inner === undefined) copy.splice(step as number, 1);
    else copy[step as number] = inner;
    return copy;
  }
  const { [step]: _, ...others } = value as Record<string | number, Json>;
  return inner === undefined ? others : { ...others, [step]: inner };
};
