/** The order of the test files: what takes minutes begins early, or the run's end waits for it alone. */
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Paths below the root, in the order in which they begin: the longest early. */
const FIRST = [
  'test/external.test.ts',
  'harness/cli/known.test.ts',
  'test/trial.test.ts',
  'test/program/outputs.test.ts',
  'contracts/pacts.test.ts',
  'test/environment/ending.test.ts',
  'test/program/death.test.ts',
];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = FIRST.findIndex((path) => moduleId.endsWith(`/${path}`));
  return place < 0 ? FIRST.length : place;
};

export class LongestEarly extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => placeOf(a) - placeOf(b));
  }
}
