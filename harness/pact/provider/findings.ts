/** Pact's differences as findings that name one field each. */
import type { PactMismatch } from './verifier.ts';

/** Where an answer is not as the pact says. */
export interface Finding {
  /** `$.data.id` in the body, `status`, `header.content-type`, `body`; `-` when no place is at fault. */
  readonly path: string;
  readonly text: string;
}

const keysOf = (value: unknown): readonly string[] => {
  try {
    const keys: unknown = JSON.parse(String(value));
    return Array.isArray(keys) ? keys.map(String) : [];
  } catch {
    return [];
  }
};

const JOINABLE = /^[A-Za-z_][\w-]*$/;

const below = (path: string, key: string): string => (JOINABLE.test(key) ? `${path}.${key}` : `${path}['${key}']`);

/** A map that lacks keys is told at the map; what is missing are its fields. */
const bodyFindings = ({ path = '$', mismatch = '', expected, actual }: PactMismatch): readonly Finding[] => {
  const there = keysOf(actual);
  const missing = mismatch.startsWith('Actual map is missing')
    ? keysOf(expected).filter((k) => !there.includes(k))
    : [];
  return missing.length === 0
    ? [{ path, text: mismatch }]
    : missing.map((key) => ({ path: below(path, key), text: 'missing' }));
};

const READERS: Readonly<Record<string, (mismatch: PactMismatch) => readonly Finding[]>> = {
  StatusMismatch: ({ mismatch = '' }) => [{ path: 'status', text: mismatch }],
  HeaderMismatch: ({ key = '', mismatch = '' }) => [{ path: `header.${key.toLowerCase()}`, text: mismatch }],
  BodyTypeMismatch: ({ mismatch = '' }) => [{ path: 'body', text: mismatch }],
  BodyMismatch: bodyFindings,
};

/** Status first, then headers, then the body. Pact's own order changes from run to run. */
const placeOf = (path: string): string =>
  `${path === 'status' ? 0 : path.startsWith('header.') ? 1 : path === 'body' ? 2 : 3}${path}`;

/** Each finding once. */
export const findingsOf = (mismatches: readonly PactMismatch[]): readonly Finding[] => {
  const found = mismatches.flatMap(
    (mismatch) =>
      READERS[mismatch.type]?.(mismatch) ?? [
        { path: mismatch.path ?? mismatch.key ?? '-', text: mismatch.mismatch ?? mismatch.type },
      ],
  );
  return found
    .filter((each, i) => found.findIndex(({ path, text }) => path === each.path && text === each.text) === i)
    .sort((a, b) => (placeOf(a.path) < placeOf(b.path) ? -1 : 1));
};
