/** CONTRIBUTING's recipes: the files that each names are there, and whatever was ever added is where its recipe puts it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { FAULT_KINDS } from '../../harness/history/conditions.ts';
import { CAUSE_IDS, INVARIANT_IDS } from '../../harness/history/verdict.ts';
import { API_BEHAVIOURS } from '../../harness/pipeline/behaviours.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { CONTROLS } from '../../fixtures/controls/catalogue.ts';
import { MUTANTS } from '../../fixtures/mutants/catalogue.ts';
import { REPORTERS } from '../../harness/reporters/catalogue.ts';

const contentOf = (file: string): string => readFileSync(join(packageRoot, file), 'utf8');

/** Cells of the table's lines, by what is to be added. */
const RECIPES = new Map(
  contentOf('CONTRIBUTING.md')
    .split('## Recipes')[1]!
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| to add'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, added = '', ...cells]) => [added, cells.slice(0, 3)] as const),
);

/** Paths in a cell's code, each from the package's root: a bare name stands in the folder that was named before it. */
const pathsIn = (cells: readonly string[]): readonly string[] => {
  let folder = '';
  return [...cells.join(' ').matchAll(/`(?<code>[^`\s]+)`/g)].flatMap(({ groups }) => {
    const code = groups?.['code'] ?? '';
    if (!/\/|\.(ts|md)$/.test(code)) return [];
    const path = code.includes('/') ? code : join(folder, code);
    folder = path.endsWith('/') ? path : dirname(path);
    return [path];
  });
};

/** A name in angle brackets stands for any. */
const isThere = (path: string, below = packageRoot): boolean => {
  const [first = '', ...rest] = path.split('/');
  if (!existsSync(below)) return false;
  if (first === '') return rest.length === 0;
  const name = new RegExp(`^${first.replaceAll('.', '\\.').replaceAll(/<\w+>/g, '.+')}$`);
  const found = readdirSync(below).filter((one) => name.test(one));
  return rest.length === 0 ? found.length > 0 : found.some((one) => isThere(rest.join('/'), join(below, one)));
};

it('there are recipes for a fault, an invariant, a stage and a service, and for all else that grows', () => {
  expect([...RECIPES.keys()]).toEqual([
    'a fault',
    'an invariant',
    'a cause',
    'a behaviour of every stub',
    'a behaviour of one service',
    'a service',
    'an act of the outside world',
    'an interaction of a pact',
    'a command',
    'a key of the configuration',
    'a reporter',
    'a stage or a pipeline',
    'a right design, a wrong one',
  ]);
});

it.each([...RECIPES])('%s: what it names is there', (_, cells) => {
  expect(pathsIn(cells).filter((path) => !isThere(path))).toEqual([]);
});

it('a path that leads nowhere would be noticed', () => {
  expect(pathsIn(['`harness/faults/<kind>.ts`', '`nowhere.ts` there, `API_BEHAVIOURS`'])).toEqual([
    'harness/faults/<kind>.ts',
    'harness/faults/nowhere.ts',
  ]);
  expect(['harness/faults/<kind>.ts', 'harness/faults/nowhere.ts'].map((path) => isThere(path))).toEqual([true, false]);
});

interface Added {
  readonly name: string;
  /** What the recipe has one write. */
  readonly wrote: readonly string[];
  /** Where it has one name it. */
  readonly named: readonly string[];
}

const each = (names: readonly string[], wrote: (name: string) => readonly string[], named: readonly string[]) =>
  names.map((name): Added => ({ name, wrote: wrote(name), named }));

/** An invariant over rows is a rule of several ids: the pipeline's words make them. */
const RULES = INVARIANT_IDS.filter((id) => existsSync(join(packageRoot, `harness/invariants/${id}.ts`)));

const ADDED: Readonly<Record<string, readonly Added[]>> = {
  'a fault': each(FAULT_KINDS, (kind) => [`harness/faults/${kind}.ts`, `harness/faults/${kind}.test.ts`], [
    'harness/faults/catalogue.ts',
    'harness/scenario/types.ts',
    'harness/scenario/schema.ts',
    'harness/history/conditions.ts',
    'docs/vocabulary.md',
  ]),
  'an invariant': each(RULES, (id) => [`harness/invariants/${id}.ts`], [
    'harness/invariants/catalogue.ts',
    'harness/history/verdict.ts',
    'harness/verdict/codes.ts',
  ]),
  'a cause': each(CAUSE_IDS, (id) => [`harness/diagnosis/causes/${id}.ts`, `harness/diagnosis/causes/${id}.test.ts`], [
    'harness/diagnosis/catalogue.ts',
    'harness/history/verdict.ts',
    'harness/verdict/codes.ts',
  ]),
  'a behaviour of every stub': each(API_BEHAVIOURS, (name) => [`harness/services/behaviours/${name}.ts`], [
    'harness/services/catalogue.ts',
    'harness/pipeline/behaviours.ts',
    'docs/vocabulary.md',
  ]),
  'a behaviour of one service': each(
    Object.keys(shippedPipeline.services['admin-service'].behaviours),
    () => ['pipelines/purchase-to-trainer/admin-service/stub.ts'],
    ['pipelines/purchase-to-trainer/declaration.ts', 'docs/vocabulary.md'],
  ),
  'an act of the outside world': each(
    Object.keys(shippedPipeline.acts),
    () => ['pipelines/purchase-to-trainer/acts.ts'],
    ['pipelines/purchase-to-trainer/declaration.ts', 'pipelines/purchase-to-trainer/acts.ts', 'docs/vocabulary.md'],
  ),
  'a reporter': each(
    Object.entries(REPORTERS).flatMap(([name, { kind }]) => (kind === 'own' ? [name] : [])),
    (name) => [`harness/reporters/${name}.ts`],
    ['harness/reporters/catalogue.ts'],
  ),
  'a right design, a wrong one': [
    ...[CONTROLS, MUTANTS].flatMap((all, i) =>
      all.map(({ name, programs }): Added => {
        const catalogue = `fixtures/${['controls', 'mutants'][i]}/catalogue.ts`;
        const files = Object.values(programs).map(({ file }) => `fixtures/${file.replace(/\.js$/, '.ts')}`);
        return { name, wrote: files, named: [catalogue] };
      }),
    ),
  ],
};

const camel = (name: string): string => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

describe.each(Object.entries(ADDED))('%s', (what, all) => {
  it('has a recipe, and there are some', () => {
    expect(RECIPES.has(what)).toBe(true);
    expect(all.length).toBeGreaterThan(1);
  });
  it.each(all)('$name is where it is said to be', ({ name, wrote, named }) => {
    expect(wrote.filter((file) => !existsSync(join(packageRoot, file)))).toEqual([]);
    const names = new RegExp(`\\b(?:${name}|${camel(name)})\\b`);
    expect(named.filter((file) => !names.test(contentOf(file)))).toEqual([]);
    // Every file that is to name it is one of the recipe.
    const said = pathsIn(RECIPES.get(what) ?? []);
    const patterns = said.map((path) => new RegExp(`^${path.replaceAll(/<\w+>/g, '.+').replace(/\/$/, '/.+')}$`));
    expect(
      named.filter((file) => !patterns.some((pattern) => pattern.test(file)) && !file.startsWith('pipelines/')),
    ).toEqual([]);
  });
});
