/** Contracts over every kind of rule, for the test against Pact's own engine. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Template {
  readonly name: string;
  readonly example: Json;
  /** Path expression to matchers, as a pact file has them. */
  readonly rules: Readonly<Record<string, readonly Json[]>>;
  readonly or?: readonly string[];
}

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const uuid = { match: 'regex', regex: UUID };
const type = { match: 'type' };
export const A_UUID = '3b9231bd-6fdb-495d-9384-272fddc82974';

export const TEMPLATES: readonly Template[] = [
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
