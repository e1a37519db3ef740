import { expect, it } from 'vitest';
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
] as const)('%s importing %s', (importer, imported, wrong) => {
  const found = wrongWith(importer, imported, false);
  if (wrong === null) expect(found).toBeNull();
  else expect(found).toMatch(wrong);
});

it('lets parts know the types of one another', () => {
  expect(wrongWith('harness/wire/a.ts', 'harness/environment/types.ts', true)).toBeNull();
});
