/** The order of the test files: what takes minutes begins first, or the run's end waits for it alone. */
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Paths below the root, the longest first. A machine that has run the tests before knows better, a fresh one does not. */
const LONGEST = [
  'test/program/editions.test.ts',
  'test/mutants/mutants.test.ts',
  'test/controls/controls.test.ts',
  'test/program/startup.test.ts',
  'test/program/early-ends.test.ts',
  'test/program/delays.test.ts',
  'harness/cli/known.test.ts',
  'test/program/package.test.ts',
  'test/external-prefix.test.ts',
  'test/external.test.ts',
  'test/external-brokers.test.ts',
  'test/trial.test.ts',
];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = LONGEST.findIndex((path) => moduleId.endsWith(`/${path}`));
  return place < 0 ? LONGEST.length : place;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => placeOf(a) - placeOf(b));
  }
}
