import { expect, it } from 'vitest';
import { ALL_CHECKS, chosenChecks, partsOf } from './chosen.ts';

it('only, without what is skipped; unknown names are refused with the list', () => {
  expect(chosenChecks(undefined, undefined)).toEqual(ALL_CHECKS);
  expect([...chosenChecks('guard-marked, announced', 'announced')]).toEqual(['guard-marked']);
  expect([...chosenChecks(undefined, 'announced')]).toHaveLength(ALL_CHECKS.size - 1);
  expect(() => chosenChecks('guard', undefined)).toThrow('--only: there is no check guard');
  expect(() => chosenChecks(undefined, 'announced,x,y')).toThrow('--skip: there is no check x, y');
  expect(() => chosenChecks('', undefined)).toThrow('--only names no check');
  expect(() => chosenChecks('announced', 'announced')).toThrow('no check is left');
});

it('what no check needs is not read', () => {
  const read = (only: string): readonly string[] =>
    Object.entries(partsOf(chosenChecks(only, undefined))).flatMap(([part, is]) => (is ? [part] : []));
  expect(read('worker-running')).toEqual(['groups']);
  expect(read('topic-exists')).toEqual(['topics']);
  expect(read('announced')).toEqual(['topics', 'records']);
  expect(read('guard-marked')).toEqual(['guards']);
  expect(read('service-answered')).toEqual(['effects', 'calls']);
  expect(read('service-called')).toEqual(['calls']);
});
