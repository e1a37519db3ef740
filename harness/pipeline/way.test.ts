import { expect, test } from 'vitest';
import type { StageDeclaration } from './declaration.ts';
import { followersOf, precedersOf, rolesOnTheWay } from './way.ts';

const stage = (consumes: string, ...announces: readonly string[]): StageDeclaration => ({
  group: consumes,
  consumes,
  attempts: 1,
  announces,
});

/** pack waits for two; bill and pack part ways after check. */
const stages = {
  ship: stage('PACKED'),
  pack: stage('CHECKED', 'PACKED'),
  bill: stage('CHECKED', 'BILLED'),
  repack: stage('RETURNED', 'PACKED'),
  check: stage('ORDERED', 'CHECKED'),
};

test('each stage comes after all that it follows from, and otherwise as it is declared', () => {
  expect(rolesOnTheWay(stages)).toEqual(['check', 'pack', 'repack', 'ship', 'bill']);
  expect(rolesOnTheWay({})).toEqual([]);
  // A circle is refused where a declaration is checked; here it only ends.
  expect(rolesOnTheWay({ a: stage('X', 'Y'), b: stage('Y', 'X') })).toEqual(['b', 'a']);
});

test('what a stage follows from, and what follows from it', () => {
  expect(precedersOf(stages, 'ship')).toEqual(['pack', 'repack']);
  expect([precedersOf(stages, 'check'), precedersOf(stages, 'nobody')]).toEqual([[], []]);
  expect([...followersOf(stages, 'check')]).toEqual(['pack', 'ship', 'bill']);
  expect([...followersOf(stages, 'bill')]).toEqual([]);
  expect([...followersOf({ a: stage('X', 'X') }, 'a')]).toEqual(['a']);
});
