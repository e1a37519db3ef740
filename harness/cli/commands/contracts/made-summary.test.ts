import { expect, test } from 'vitest';
import { summaryOf } from './made-summary.ts';
import type { MadePact } from './made-summary.ts';

const pact = (over: Partial<MadePact>): MadePact => ({
  pact: 'pacts/a-b.json',
  interactions: 3,
  broken: [],
  state: 'unchanged',
  ...over,
});

test('what is complete is said to be, with how much it is', () => {
  expect(summaryOf([pact({}), pact({ pact: 'pacts/a-c.json', interactions: 1, state: 'new' })], [])).toBe(
    [
      '  unchanged       pacts/a-b.json: 3 interactions',
      '  new             pacts/a-c.json: 1 interaction',
      'Complete: 2 pacts with 4 interactions; each came about with these workers',
      '',
    ].join('\n'),
  );
});

test('what is not complete is said to be, with what stands there from before and what nobody makes', () => {
  const broken = [{ description: 'a call', reason: 'waited\n\n  in vain' }];
  const text = summaryOf([pact({ broken, state: 'left as it was' }), pact({ state: 'changed' })], ['x-y.json']);
  expect(text).toContain(
    '  left as it was  pacts/a-b.json: 1 of 3 interactions did not come about\n    ✗ a call\n        waited\n        in vain\n',
  );
  expect(text).toContain('Not complete: 1 of 2 pacts written');
  expect(text).toContain('Made earlier, and not by this run: pacts/a-b.json');
  expect(text).toContain('These workers have no part in x-y.json');
});
