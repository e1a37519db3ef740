import { expect, test } from 'vitest';
import type { TrialOutcome } from '../history/verdict.ts';
import { isToBeRunAgain } from './attempts.ts';

const ended = (outcome: TrialOutcome, ...unknown: readonly string[]) => ({
  verdict: { outcome, unknown, during: { causes: [], expectation: NOTHING }, after: [], invariants: [], faults: [] },
});
const NOTHING = { met: true, case: 0, expected: [], actual: [], message: '' };
const ours = ended('unknown', 'the harness itself had a problem: it stood still for 4.0 s');
const theirs = ended('unknown', 'fault 1 did not fire');

test.each([
  ['passed', [ended('passed')], false],
  ['failed', [ended('failed')], false],
  ['unknown', [theirs], true],
  ['unknown twice', [theirs, theirs], false],
  ['unknown because of the harness', [ours], true],
  ['that twice', [ours, ours], true],
  ['that three times', [ours, ours, ours], false],
  ['once because of the harness, once not', [ours, theirs], false],
  ['the same the other way round', [theirs, ours], false],
  ['unknown, then failed', [ours, ended('failed')], false],
] as const)('%s', (_, attempts, again) => {
  expect(isToBeRunAgain(attempts)).toBe(again);
});
