/**
 * Judging takes every name from the declaration: histories in which the pipeline's things have other names, told by a
 * declaration with those names, are judged the same but for the names.
 */
import { expect, test } from 'vitest';
import type { History } from '../history/history.ts';
import { renamed, underOtherNames } from '../history/testing/renamed.ts';
import { STORED, STORED_FURTHER, storedFurther, storedHistory } from '../history/testing/stored.ts';
import { declarationProblems } from '../pipeline/validate.ts';
import { checkInvariants } from './testing.ts';

/** What pacts say has the names that they were written with. */
const judged = (history: History) => checkInvariants(history).filter(({ id }) => !id.endsWith('honour-contract'));

test('the declaration is right under other names', () => {
  const { pipeline } = underOtherNames(storedHistory(STORED[0]!)).started;
  expect(declarationProblems(pipeline)).toEqual([]);
  expect(JSON.stringify(pipeline)).not.toMatch(/purchase|allocation/);
});

test.each([
  ...STORED.map((name) => [name, () => storedHistory(name)] as const),
  ...STORED_FURTHER.map((name) => [`further ${name}`, () => storedFurther(name)] as const),
])('%s is judged the same under other names', (_, read) => {
  const history = read();
  expect(judged(underOtherNames(history))).toEqual(JSON.parse(renamed(JSON.stringify(judged(history)))));
});
