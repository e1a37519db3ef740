/** Metadata of messages: values of JSON, by rules and without. */

export interface MetadataCase {
  readonly expected: Readonly<Record<string, unknown>>;
  readonly actual: Readonly<Record<string, unknown>>;
  /** By name or path. */
  readonly rules?: Readonly<Record<string, object>>;
}

const rule = (...matchers: readonly object[]): object => ({ combine: 'AND', matchers });

const plain = (expected: object, ...actuals: readonly object[]): readonly MetadataCase[] =>
  actuals.map((actual) => ({ expected, actual }) as MetadataCase);

const ruled = (matcher: object, example: unknown, ...values: readonly unknown[]): readonly MetadataCase[] =>
  values.map((value) => ({ expected: { key: example }, actual: { key: value }, rules: { key: rule(matcher) } }));

const VALUES = ['2', '2.0', '-2', 'x', '1e2', '+2', 2, 2.5, '5.', '.5', '', null, true, 'true', '1.2.3'];

export const METADATA_CASES: readonly MetadataCase[] = [
  ...plain({ topic: 't', key: 'k' }, { topic: 't', key: 'k' }, { topic: 't' }, { topic: 'u', key: 'k' }),
  ...plain({ topic: 't' }, { topic: 't', more: 'y' }),
  ...plain({ n: 5 }, { n: 5 }, { n: '5' }, { n: 6 }),
  ...plain({ n: '5' }, { n: 5 }),
  ...plain({ n: true }, { n: true }, { n: 'true' }),
  ...plain({ n: null }, { n: null }),
  ...plain({ n: { a: 1 } }, { n: { a: 1 } }, { n: { a: 2 } }),
  ...plain({ key: 'a, b' }, { key: 'a,b' }),
  ...plain({ key: 'a' }, { key: ' a ' }, { key: 'A' }),
  ...plain({ accept: 'a, b' }, { accept: 'a,b' }),
  ...plain(
    { contentType: 'application/json' },
    { contentType: 'application/json' },
    { contentType: 'application/json;charset=utf-8' },
    { contentType: 'Application/JSON' },
    { contentType: 'text/plain' },
  ),
  ...['integer', 'decimal', 'number', 'boolean', 'null', 'notEmpty', 'semver', 'equality', 'type'].flatMap((match) =>
    ruled({ match }, '1', ...VALUES),
  ),
  ...[{ min: 2 }, { max: 1 }, { min: 1, max: 1 }].flatMap((bounds) => [
    ...ruled({ match: 'type', ...bounds }, ['a'], [], ['b'], ['a', 'b'], 'b', null),
    ...ruled({ match: 'type', ...bounds }, { a: 1 }, {}, { a: 2 }, { a: 1, b: 2 }, ['b']),
    ...ruled({ match: 'type', ...bounds }, 'a', '', 'b', 'bb', ['b']),
  ]),
  ...ruled({ match: 'regex', regex: 'a|ab' }, 'a', 'ab', 'b'),
  ...ruled({ match: 'date', format: 'yyyy-MM-dd' }, '2026-01-01', '2026-02-28', '2026-02-30'),
  { expected: { 'header.x': 'a' }, actual: { 'header.x': 'b' }, rules: { "$['header.x']": rule({ match: 'type' }) } },
  { expected: { key: 'a' }, actual: { key: 'b' }, rules: { '$.key': rule({ match: 'type' }) } },
];
