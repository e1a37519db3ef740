/** Diagnosis takes every name from the declaration: under other names it comes to the same. */
import { expect, test } from 'vitest';
import { renamed, underOtherNames } from '../history/testing/renamed.ts';
import { STORED, STORED_FURTHER, storedFurther, storedHistory } from '../history/testing/stored.ts';
import type { History } from '../history/history.ts';
import { diagnose } from './diagnose.ts';

/** As it was when causes were looked for. */
const observed = (history: History): History => {
  const at = history.of('trial.observed').at(-1)?.upTo;
  return at === undefined ? history : history.upTo(at);
};

const sameUnderOtherNames = (history: History): void => {
  const told = diagnose(history);
  // The cause's own name is the report's, whatever the pipeline.
  const expected = renamed(JSON.stringify(told)).replaceAll('without-appointment', 'without-allocation');
  expect(diagnose(underOtherNames(history))).toEqual(JSON.parse(expected));
};

test.each([
  ...STORED.map((name) => [name, () => storedHistory(name)] as const),
  ...STORED_FURTHER.map((name) => [`further ${name}`, () => storedFurther(name)] as const),
])('%s has the same causes under other names', (_, read) => sameUnderOtherNames(observed(read())));
