/** What may come in place of a contract's example: generated from a seed, for the test against Pact's own engine. */
import { at, pathsOf, put } from './paths.ts';
import type { Path } from './paths.ts';
import { A_UUID, TEMPLATES } from './templates.ts';
import type { Json, Template } from './templates.ts';

export interface Mutation {
  readonly description: string;
  readonly example: Json;
  /** The `body` category of a pact file. */
  readonly rules: Json;
  readonly actual: Json;
}

/** mulberry32. */
const randomOf = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
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
