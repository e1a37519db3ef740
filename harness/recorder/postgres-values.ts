/** Column values of the replication stream, from PostgreSQL's text form into what a history holds. */
import { BODY_LIMIT_BYTES, bodyOf, jsonOf } from '../history/body.ts';

/** Object ids of PostgreSQL's built-in types (pg_type.dat); they never change. */
const OID = {
  bool: 16,
  int8: 20,
  int2: 21,
  int4: 23,
  json: 114,
  float4: 700,
  float8: 701,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  jsonb: 3802,
} as const;

/** A number where it is the same number; the text where JavaScript would lose digits (or it is NaN, Infinity). */
const number = (text: string): unknown => {
  const value = Number(text);
  return Number.isFinite(value) && (Number.isSafeInteger(value) || text.includes('.')) ? value : text;
};

/** ISO with milliseconds; what has no such form ('infinity', years before Christ) stays as it came. */
const instant = (text: string): unknown => {
  const iso = new Date(`${text.replace(' ', 'T')}`);
  return Number.isNaN(iso.getTime()) ? text : iso.toISOString();
};

/** PostgreSQL writes '+00' and, for some zones, '+05:30'; JavaScript reads only the long form. */
const withMinutes = (text: string): string => text.replace(/([+-]\d\d)$/, '$1:00');

/** Nested beyond what can be written again: the text. */
const json = (text: string): unknown => {
  const read = jsonOf({ text });
  return 'json' in read ? read.json : text;
};

const READERS: Readonly<Record<number, (text: string) => unknown>> = {
  [OID.bool]: (text) => text === 't',
  [OID.int2]: number,
  [OID.int4]: number,
  [OID.int8]: number,
  [OID.float4]: number,
  [OID.float8]: number,
  [OID.numeric]: number,
  [OID.json]: json,
  [OID.jsonb]: json,
  [OID.timestamp]: (text) => instant(`${text}Z`),
  [OID.timestamptz]: (text) => instant(withMinutes(text)),
};

/**
 * Reads one column's text: booleans, numbers and json typed, timestamps as ISO strings (UTC), anything else as text.
 * A value over 2 MiB becomes a Body. Never throws.
 */
export const readValue = (typeOid: number, value: Buffer): unknown => {
  if (value.length > BODY_LIMIT_BYTES) return bodyOf(value);
  const text = value.toString('utf8');
  const read = READERS[typeOid];
  return read === undefined ? text : read(text);
};
