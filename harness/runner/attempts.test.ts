import { expect, test } from 'vitest';
import type { TrialOutcome } from '../history/verdict.ts';
import { isToBeRunAgain } from './attempts.ts';

const ended = (outcome: TrialOutcome, ...unknown: readonly string[]) => ({
  verdict: { outcome, unknown, during: { causes: [], expectation: NOTHING }, after: [], invariants: [], faults: [] },
});
const NOTHING = { met: true, case: 0, expected: [], actual: [], message: '' };
const overloaded = ended(
  'unknown',
  'the harness itself had a problem: it stood still for 4.0 s (is the machine overloaded?)',
);
const broken = ended('unknown', 'the harness itself had a problem: a stub that throws');
const theirs = ended('unknown', 'fault 1 did not fire');

test.each([
  ['passed', [ended('passed')], false],
  ['failed', [ended('failed')], false],
  ['unknown', [theirs], true],
  ['unknown twice', [theirs, theirs], false],
  ['unknown because of an overloaded machine', [overloaded], true],
  ['that, twice', [overloaded, overloaded], true],
  ['another problem of the harness, twice', [broken, broken], false],
  ['that, three times', [overloaded, overloaded, overloaded], false],
  ['once because of that, once not', [overloaded, theirs], false],
  ['the same the other way round', [theirs, overloaded], false],
  ['unknown, then failed', [overloaded, ended('failed')], false],
] as const)('%s', (_, attempts, again) => {
  expect(isToBeRunAgain(attempts)).toBe(again);
});
