import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pipelineOf } from '../harness/pipeline/queries.ts';
import { shippedPipeline } from '../harness/pipeline/shipped.ts';
import { brokenBoundaries, wrongWith } from '../scripts/boundaries.mjs';

it('no import crosses a boundary of the design', () => {
  expect(brokenBoundaries()).toEqual([]);
});

it.each([
  ['harness/invariants/a.ts', 'harness/history/b.ts', null],
  ['harness/invariants/a.ts', 'harness/recorder/b.ts', /invariants may import history, pipeline, contract/],
  ['harness/history/a.ts', 'harness/trial/b.ts', /history may import pipeline/],
  ['harness/wire/a.ts', 'harness/environment/types.ts', /and types of environment/],
  ['harness/trial/a.ts', 'harness/runner/b.ts', /trial may import/],
  ['harness/cli/a.ts', 'fixtures/workers/b.ts', /nothing from fixtures/],
  ['harness/cli/a.ts', 'harness/index.ts', /for users/],
  ['harness/new-folder/a.ts', 'harness/history/b.ts', /no entry/],
  ['fixtures/workers/a.ts', 'harness/pipeline/b.ts', /stands alone/],
  ['scenarios/a.ts', 'harness/trial/b.ts', /scenarios are data/],
  ['scenarios/a.ts', 'harness/scenario/b.ts', null],
  ['pipelines/a/b.ts', 'harness/pipeline/declaration.ts', null],
  ['pipelines/a/b.ts', 'harness/history/b.ts', /a pipeline is data/],
  ['harness/pipeline/shipped.ts', 'pipelines/a/b.ts', null],
  ['harness/history/a.ts', 'pipelines/a/b.ts', /imports nothing from pipelines/],
] as const)('%s importing %s', (importer, imported, wrong) => {
  const found = wrongWith(importer, imported, false);
  if (wrong === null) expect(found).toBeNull();
  else expect(found).toMatch(wrong);
});

it('lets parts know the types of one another', () => {
  expect(wrongWith('harness/wire/a.ts', 'harness/environment/types.ts', true)).toBeNull();
});

const root = fileURLToPath(new URL('../', import.meta.url));

/** What takes everything it knows of a pipeline from its declaration. It grows until it is all of harness/. */
const FREE_OF_NAMES = [
  'harness/base',
  'harness/diagnosis',
  'harness/history',
  'harness/invariants',
  'harness/pipeline/declaration.ts',
  'harness/pipeline/queries.ts',
  'harness/pipeline/validate.ts',
];

const sourcesOf = (path: string): readonly string[] =>
  path.endsWith('.ts')
    ? [path]
    : readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory()
          ? entry.name === 'testing'
            ? []
            : sourcesOf(`${path}/${entry.name}`)
          : entry.name.endsWith('.ts') && !/(\.test|\/testing)\.ts$/.test(`/${entry.name}`)
            ? [`${path}/${entry.name}`]
            : [],
      );

const withoutComments = (code: string): string => code.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

const { topics, eventTypes, tables, roles } = pipelineOf(shippedPipeline);
const groups = Object.values(shippedPipeline.stages).map(({ group }) => group);
const NAMES = [...topics, ...eventTypes, ...tables, ...roles, ...groups];

/** One that is a plain word is a name only as a text or a property. */
const inCode = (name: string): RegExp =>
  /^[a-z]+$/.test(name) ? new RegExp(`(['"\`.])${name}\\b`) : new RegExp(`(?<![\\w-])${name}(?![\\w-])`);

const namesIn = (code: string): readonly string[] => NAMES.filter((name) => inCode(name).test(withoutComments(code)));

it.each(FREE_OF_NAMES.flatMap(sourcesOf))('%s names nothing of the shipped pipeline', (file) => {
  expect(namesIn(readFileSync(join(root, file), 'utf8'))).toEqual([]);
});

it('a name is seen in code, whole, and not in a comment', () => {
  expect(namesIn("role === 'allocation-worker' && row.payments")).toEqual(['payments', 'allocation-worker']);
  expect(namesIn("/** Of purchase-created. */\n  // payments\nconst it = 'my-allocation-worker-2';")).toEqual([]);
});
