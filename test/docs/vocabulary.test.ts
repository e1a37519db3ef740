/** docs/vocabulary.md says what the types say: `npx vitest run test/docs -u` makes it anew. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAULT_KINDS } from '../../harness/history/conditions.ts';
import { packageRoot } from '../../harness/base/package-root.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { scenarioProblems } from '../../harness/scenario/validate.ts';
import { unionMembers } from './union-members.ts';
import { UNUSED, vocabularyPage } from './vocabulary.ts';

test('docs/vocabulary.md is the vocabulary', async () => {
  await expect(await vocabularyPage()).toMatchFileSnapshot(join(packageRoot, 'docs/vocabulary.md'));
});

test('what a type has is read from it, name, comment and keys', () => {
  const faults = unionMembers(join(packageRoot, 'harness/scenario/types.ts'), 'FaultSpec');
  expect(faults.map(({ name }) => name).toSorted()).toEqual(FAULT_KINDS.toSorted());
  expect(faults.find(({ name }) => name === 'worker-paused')).toEqual({
    name: 'worker-paused',
    comment: 'SIGSTOP. Heal: SIGCONT.',
    keys: ['worker'],
  });
});

test('examples that are out of no scenario are valid in one', () => {
  const conditions = Object.values(UNUSED.conditions).map((observeUntil) => ({ observeUntil }));
  const steps = Object.values(UNUSED.steps).map((step) => ({ act: [step] }));
  for (const example of [...conditions, ...steps]) {
    const scenario = {
      name: 'an-example',
      title: 'An example.',
      tags: [],
      given: { subjects: { ada: {} } },
      faults: [],
      act: [],
      ...example,
    };
    expect(scenarioProblems(scenario, pipelineOf(shippedPipeline))).toEqual([]);
  }
});
