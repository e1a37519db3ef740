import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pipelineOf } from '../harness/pipeline/queries.ts';
import { shippedPipeline } from '../harness/pipeline/shipped.ts';
import { brokenBoundaries, importCircles, wrongWith } from '../scripts/boundaries.mjs';

it('no import crosses a boundary of the design, and none leads back to where it began', () => {
  expect(brokenBoundaries()).toEqual([]);
});

it.each([
  ['harness/invariants/a.ts', 'harness/history/b.ts', null],
  ['harness/invariants/a.ts', 'harness/recorder/b.ts', /invariants may import history, pipeline, contract/],
  ['harness/history/a.ts', 'harness/trial/b.ts', /history may import pipeline/],
  ['harness/wire/a.ts', 'harness/environment/types.ts', /wire may import/],
  ['harness/wire/a.ts', 'harness/addresses/b.ts', null],
  ['harness/addresses/a.ts', 'harness/environment/b.ts', /addresses may import nothing/],
  ['harness/base/a.ts', 'harness/addresses/b.ts', /base may import nothing/],
  ['harness/services/a.ts', 'harness/database/b.ts', /services may import/],
  ['harness/diagnose/a.ts', 'harness/diagnosis/b.ts', null],
  ['harness/diagnose/a.ts', 'harness/trial/b.ts', /diagnose may import/],
  ['harness/diagnosis/a.ts', 'harness/diagnose/b.ts', /diagnosis may import/],
  ['harness/trial/a.ts', 'harness/runner/b.ts', /trial may import/],
  ['harness/trial/a.ts', 'harness/verdict/b.ts', null],
  ['harness/trial/a.ts', 'harness/slot/b.ts', null],
  ['harness/verdict/a.ts', 'harness/trial/b.ts', /verdict may import/],
  ['harness/verdict/a.ts', 'harness/recorder/b.ts', /verdict may import/],
  ['harness/slot/a.ts', 'harness/trial/b.ts', /slot may import/],
  ['harness/slot/a.ts', 'harness/verdict/b.ts', /slot may import/],
  ['harness/reporters/a.ts', 'harness/trial/b.ts', /reporters may import/],
  ['harness/run/a.ts', 'harness/cli/b.ts', /run may import/],
  ['harness/cli/a.ts', 'harness/wire/b.ts', /cli may import/],
  ['harness/runner/a.ts', 'harness/run/b.ts', /runner may import/],
  ['harness/cli/a.ts', 'fixtures/workers/b.ts', /nothing from fixtures/],
  ['harness/cli/a.ts', 'harness/index.ts', /for users/],
  ['harness/new-folder/a.ts', 'harness/history/b.ts', /no entry/],
  ['fixtures/workers/a.ts', 'harness/pipeline/b.ts', /stands alone/],
  ['scenarios/a.ts', 'harness/trial/b.ts', /scenarios are data/],
  ['scenarios/a.ts', 'harness/scenario/b.ts', null],
  ['pipelines/a/b.ts', 'harness/pipeline/declaration.ts', null],
  ['pipelines/a/b.ts', 'harness/pipeline/acts.ts', null],
  ['pipelines/a/b.ts', 'harness/pipeline/queries.ts', /a pipeline is data/],
  ['pipelines/a/b.ts', 'harness/config/define.ts', null],
  ['pipelines/a/b.ts', 'harness/history/b.ts', /a pipeline is data/],
  ['harness/pipeline/shipped.ts', 'pipelines/a/b.ts', null],
  ['harness/history/a.ts', 'pipelines/a/b.ts', /imports nothing from pipelines/],
] as const)('%s importing %s', (importer, imported, wrong) => {
  const found = wrongWith(importer, imported);
  if (wrong === null) expect(found).toBeNull();
  else expect(found).toMatch(wrong);
});

const importing = (path: string, ...imports: readonly string[]) => ({
  path,
  imports: imports.map((each) => ({ path: each })),
});

it('a circle of imports is found, whole, and once; a diamond is none', () => {
  const diamond = [importing('a', 'b', 'c'), importing('b', 'd'), importing('c', 'd'), importing('d')];
  expect(importCircles(diamond)).toEqual([]);
  expect(importCircles([...diamond.slice(0, 3), importing('d', 'b')])).toEqual(['b -> d -> b']);
  expect(importCircles([importing('a', 'a')])).toEqual(['a -> a']);
});

const root = fileURLToPath(new URL('../', import.meta.url));

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

const namingFiles = sourcesOf('harness').filter((file) => namesIn(readFileSync(join(root, file), 'utf8')).length > 0);

it('nothing in harness/ names anything of the shipped pipeline', () => {
  expect(namingFiles).toEqual([]);
});

it('a name is seen in code, whole, and not in a comment', () => {
  expect(namesIn("role === 'allocation-worker' && row.payments")).toEqual(['payments', 'allocation-worker']);
  expect(namesIn("/** Of purchase-created. */\n  // payments\nconst it = 'my-allocation-worker-2';")).toEqual([]);
});
