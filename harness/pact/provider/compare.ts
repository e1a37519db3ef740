/** Where two answers to one request differ, whether the contract cares or not. Pure. */
import type { TapAnswer } from './tap.ts';

export interface Difference {
  /** `status`, `header.content-type`, `$.data.notes`. */
  readonly path: string;
  /** What the first has there, and the second; `absent` where it has nothing. */
  readonly first: string;
  readonly second: string;
}

/** Values that change from call to call, compared by what they are. */
const VOLATILE: readonly (readonly [kind: string, fits: (value: unknown) => boolean])[] = [
  ['a UUID', (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)],
  ['a timestamp', (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d.*$/.test(value)],
  // ms since the epoch, from 2001 on.
  ['a time in ms', (value) => typeof value === 'number' && Number.isInteger(value) && value >= 1e12],
];

const LONGEST = 80;

const shown = (value: unknown): string => {
  if (value === undefined) return 'absent';
  const volatile = VOLATILE.find(([, fits]) => fits(value));
  if (volatile !== undefined) return volatile[0];
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
};

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const below = (path: string, key: string): string =>
  /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;

const compare = (path: string, first: unknown, second: unknown): readonly Difference[] => {
  if (isFields(first) && isFields(second)) {
    const keys = [...new Set([...Object.keys(first), ...Object.keys(second)])];
    return keys.flatMap((key) => compare(below(path, key), first[key], second[key]));
  }
  if (Array.isArray(first) && Array.isArray(second)) {
    const length = Math.max(first.length, second.length);
    return Array.from({ length }).flatMap((_, i) => compare(`${path}[${i}]`, first[i], second[i]));
  }
  const [one, other] = [shown(first), shown(second)];
  // A long text is shown in part and compared as a whole.
  const same =
    VOLATILE.some(([, fits]) => fits(first) && fits(second)) || JSON.stringify(first) === JSON.stringify(second);
  return same ? [] : [{ path, first: one, second: other }];
};

const bodyOf = ({ body }: TapAnswer): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body === '' ? undefined : body;
  }
};

const mediaType = ({ headers }: TapAnswer): string | undefined =>
  headers['content-type']?.toString().split(';')[0]?.trim().toLowerCase();

/** Status, media type and body, field by field; ids and times by kind. */
export const differencesOf = (first: TapAnswer, second: TapAnswer): readonly Difference[] => [
  ...compare('status', first.status, second.status),
  ...compare('header.content-type', mediaType(first), mediaType(second)),
  ...compare('$', bodyOf(first), bodyOf(second)),
];
