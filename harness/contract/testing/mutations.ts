/** Contracts over every kind of rule and what may come in their place: generated from a seed, for the test against Pact's own engine. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

interface Template {
  readonly name: string;
  readonly example: Json;
  /** Path expression to matchers, as a pact file has them. */
  readonly rules: Readonly<Record<string, readonly Json[]>>;
  readonly or?: readonly string[];
}

export interface Mutation {
  readonly description: string;
  readonly example: Json;
  /** The `body` category of a pact file. */
  readonly rules: Json;
  readonly actual: Json;
}

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const uuid = { match: 'regex', regex: UUID };
const type = { match: 'type' };
const A_UUID = '3b9231bd-6fdb-495d-9384-272fddc82974';

const TEMPLATES: readonly Template[] = [
  {
    name: 'an event',
    example: {
      type: 'PURCHASE_CREATED',
      timestamp: 1795418356781,
      purchaseId: A_UUID,
      purchaseTier: 30,
      role: 'student',
      metadata: { timeSlot: '4:00 PM', sessionCount: 30 },
      _metadata: { eventId: `purchase-created-${A_UUID}`, version: '1.0.0' },
    },
    rules: {
      '$.timestamp': [{ match: 'integer' }],
      '$.purchaseId': [uuid],
      '$.purchaseTier': [{ match: 'regex', regex: '^(10|20|30)$' }, { match: 'integer' }],
      '$.role': [{ match: 'regex', regex: 'student|trainer|admin' }],
      '$.metadata': [type],
      '$._metadata.eventId': [{ match: 'include', value: 'purchase-created-' }],
    },
  },
  {
    name: 'plain kinds',
    example: {
      integer: 5,
      decimal: 5.5,
      number: 7,
      boolean: true,
      null: null,
      exact: { a: [1, 'two', null] },
      filled: 'x',
      version: '1.2.3',
      open: 'text',
    },
    rules: {
      "$['integer']": [{ match: 'integer' }],
      '$.decimal': [{ match: 'decimal' }],
      '$.number': [{ match: 'number' }],
      '$.boolean': [{ match: 'boolean' }],
      '$.null': [{ match: 'null' }],
      '$.exact': [{ match: 'equality' }],
      '$.filled': [{ match: 'notEmpty' }],
      '$.version': [{ match: 'semver' }],
      '$.open': [type],
    },
  },
  {
    name: 'dates',
    example: {
      date: '2026-12-01',
      time: '16:05:09',
      stamp: '2026-12-01T16:05:09.123Z',
      zoned: '2026-12-01T16:05:09+05:30',
      slot: '4:00 PM',
    },
    rules: {
      '$.date': [{ match: 'date', format: 'yyyy-MM-dd' }],
      '$.time': [{ match: 'time', format: 'HH:mm:ss' }],
      '$.stamp': [{ match: 'timestamp', format: "yyyy-MM-dd'T'HH:mm:ss.SSSX" }],
      '$.zoned': [{ match: 'datetime', format: "yyyy-MM-dd'T'HH:mm:ssXXX" }],
      '$.slot': [{ match: 'time', format: 'h:mm a' }],
    },
  },
  {
    name: 'lists',
    example: {
      each: [{ id: 1, name: 'a' }],
      atMost: ['x'],
      between: [1, 2],
      fixed: [1, { a: 'b' }],
      typed: [1, 2, 3],
      empty: [],
    },
    rules: {
      '$.each': [{ match: 'type', min: 1 }],
      '$.each[*].id': [{ match: 'integer' }],
      '$.each[*].name': [type],
      '$.atMost': [{ match: 'type', max: 2 }],
      '$.between': [{ match: 'type', min: 1, max: 3 }],
      '$.between[*]': [{ match: 'number' }],
      '$.typed': [type],
    },
  },
  {
    name: 'maps',
    example: {
      byId: { one: { count: 1 } },
      keyed: { abc: 'x' },
      valued: { first: 'on' },
      wild: { a: { id: 1 }, b: { id: 2 } },
    },
    rules: {
      '$.byId': [{ match: 'values' }],
      '$.byId.*.count': [{ match: 'integer' }],
      '$.keyed': [{ match: 'eachKey', rules: [{ match: 'regex', regex: '[a-z]{3}' }], value: '' }],
      '$.valued': [{ match: 'eachValue', rules: [{ match: 'regex', regex: 'on|off' }], value: '' }],
      '$.wild.*.id': [{ match: 'integer' }],
      '$.wild.b.id': [{ match: 'equality' }],
    },
  },
  {
    name: 'combined',
    example: { either: 'x1', both: 'x1', nullable: A_UUID, tags: ['a'], inner: { deep: { deeper: 'z', id: A_UUID } } },
    rules: {
      '$.either': [{ match: 'null' }, { match: 'regex', regex: 'x\\d' }],
      '$.both': [type, { match: 'include', value: 'x' }],
      '$.nullable': [{ match: 'null' }, uuid],
      '$.tags': [{ match: 'null' }, type],
      '$.inner': [type],
      '$.inner.deep.id': [uuid],
    },
    or: ['$.either', '$.nullable', '$.tags'],
  },
  {
    name: 'weights',
    example: { near: { far: 'x', other: 'y' } },
    rules: { '$.near': [type], '$.*.*': [{ match: 'integer' }], '$.near.other': [{ match: 'include', value: 'y' }] },
  },
  {
    name: 'an answer',
    example: {
      success: true,
      message: 'Trainer assigned',
      data: {
        id: A_UUID,
        trainerId: A_UUID,
        status: 'approved',
        rejectedAt: null,
        metadata: {},
        createdAt: '2026-12-01',
      },
    },
    rules: {
      '$.message': [type],
      '$.data.id': [uuid],
      '$.data.trainerId': [uuid],
      '$.data.metadata': [type],
      '$.data.createdAt': [{ match: 'regex', regex: '^\\d{4}-\\d{2}-\\d{2}' }],
    },
  },
  {
    name: 'a list at the root',
    example: [{ a: 1 }],
    rules: { $: [{ match: 'type', min: 1 }], '$[*].a': [{ match: 'integer' }] },
  },
];

/** mulberry32. */
export const randomOf = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
};

type Path = readonly (string | number)[];

const pathsOf = (value: Json, path: Path = []): readonly Path[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? (value as readonly Json[]).map((each, i) => [i, each] as const)
    : Object.entries(value);
  return [path, ...entries.flatMap(([step, each]) => pathsOf(each, [...path, step]))];
};

const at = (value: Json, path: Path): Json =>
  path.reduce<Json>((inner, step) => (inner as Record<string | number, Json>)[step] as Json, value);

/** Undefined takes the value out. */
const put = (value: Json, [step, ...rest]: Path, replacement: Json | undefined): Json => {
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

const VALUES: readonly Json[] = [
  null,
  true,
  false,
  0,
  1,
  31,
  -4,
  2.75,
  '',
  'x',
  'true',
  '12',
  '2.5',
  'approved',
  A_UUID,
  A_UUID.toUpperCase(),
  `x${A_UUID}`,
  '2026-02-30',
  '2026-13-01',
  '26-1-1',
  '25:00:00',
  '9:05:09',
  '2026-12-01T16:05:09Z',
  '2026-12-01T16:05:09.5Z',
  '11:59 am',
  '2026-12-01T16:05:09+0530',
  '1.0.0-rc.1',
  [],
  [1],
  ['a', 'b'],
  [1, 2, 3, 4],
  {},
  { a: 1 },
  { extra: 'x' },
  1795418356781,
  'trainer',
];

type Change = (example: Json, path: Path, random: (below: number) => number) => readonly [string, Json];

const other = (value: Json, random: (below: number) => number): Json => {
  if (typeof value === 'string')
    return [`${value}!`, value.slice(1), value.toUpperCase(), `${value}\n`][random(4)] as Json;
  if (typeof value === 'number') return [value + 1, value + 0.5, -value, String(value)][random(4)] as Json;
  if (Array.isArray(value)) return [...(value as readonly Json[]), VALUES[random(VALUES.length)] as Json];
  if (typeof value === 'object' && value !== null) return { ...value, Extra9: VALUES[random(VALUES.length)] as Json };
  return typeof value === 'boolean' ? !value : 0;
};

const CHANGES: readonly Change[] = [
  (example) => ['as it is', example],
  (example, path) => ['removed', put(example, path, undefined)],
  (example, path, random) => {
    const value = VALUES[random(VALUES.length)] as Json;
    return [`is ${JSON.stringify(value)}`, put(example, path, value)];
  },
  (example, path, random) => {
    const value = other(at(example, path), random);
    return [`is ${JSON.stringify(value)}`, put(example, path, value)];
  },
];

/** So many mutations, the same for the same seed. */
export const mutations = (seed: number, count: number): readonly Mutation[] => {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, i) => {
    const template = TEMPLATES[i % TEMPLATES.length] as Template;
    const paths = pathsOf(template.example);
    const path = paths[random(paths.length)] as Path;
    // As it is once in a while only; another value most often.
    const change = CHANGES[[0, 1, 1, 2, 2, 2, 2, 3, 3, 3][random(10)] as number] as Change;
    const [what, actual] = change(template.example, path, random);
    return {
      description: `${i}: ${template.name}, ${['$', ...path].join('.')} ${what}`,
      example: template.example,
      rules: Object.fromEntries(
        Object.entries(template.rules).map(([expression, matchers]) => [
          expression,
          { combine: template.or?.includes(expression) === true ? 'OR' : 'AND', matchers },
        ]),
      ),
      actual,
    };
  });
};
