import { expect, test } from 'vitest';
import { coverageLines } from './contract.ts';

const coverage = (over: object = {}) => ({
  exercised: ['a', 'b'],
  never: [],
  providerStates: { exercised: ['x'], never: [] },
  unknownFields: [],
  uncovered: [],
  ...over,
});

test('the contract’s coverage is one line, and one more for each thing worth knowing', () => {
  expect(coverageLines(coverage())).toEqual([
    'contract: 2 of 2 interactions and 1 of 1 provider states exercised by real traffic (--json lists them)',
  ]);
  const all = coverage({
    never: ['c', 'd', 'e', 'f', 'g'],
    providerStates: { exercised: [], never: ['y'] },
    unknownFields: ['POST /: $.more'],
    uncovered: ['POST /: 503'],
  });
  expect(coverageLines(all)).toEqual([
    'contract: 2 of 7 interactions and 0 of 1 provider states exercised by real traffic (--json lists them)',
    '  never: c; d; e; and 2 more',
    '  states never: y',
    '  not in the contract: POST /: 503',
    '  fields not in the contract: POST /: $.more',
  ]);
});

test('where there are no pacts that is said, and not what none of them has', () => {
  const none = { exercised: [], providerStates: { exercised: [], never: [] }, uncovered: ['POST /orders'] };
  expect(coverageLines(coverage(none))).toEqual([
    'contract: no pacts to judge by (`pacts` in faultline.config.ts names their folder)',
  ]);
});
