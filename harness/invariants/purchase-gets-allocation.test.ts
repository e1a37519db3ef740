import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import { flow, healthyHistory, trialOf } from '../history/testing/flow.ts';
import { incomplete, judge, unended, shipped } from './testing.ts';

const invariant = shipped('purchase-gets-allocation');

test('holds with a trainer, and with a pending row that a person decides on', () => {
  expect(judge(invariant, healthyHistory())).toBe('holds');
  expect(
    judge(invariant, trialOf({ instead: { allocation: (b) => void b.allocation('ada', { status: 'pending' }) } })),
  ).toBe('holds');
});

test('violated without an allocation, and by one that is no effect', () => {
  expect(judge(invariant, trialOf({ without: ['allocation'] }))).toMatch(/^violated: purchase .* no trainer/);
  for (const row of [{ status: 'cancelled' }, { trainerId: null }])
    expect(judge(invariant, trialOf({ instead: { allocation: (b) => void b.allocation('ada', row) } }))).toMatch(
      /^violated/,
    );
});

const deadLettered = (mayDeadLetter: string[]) => {
  const b = flow(build({ mayDeadLetter }), {
    until: 'request',
    after: { created: (each, _, { created }) => void (created && each.deadLetter(created)) },
  });
  b.ended();
  return b.history();
};

test('dead-lettered is enough only where the scenario says so', () => {
  expect(judge(invariant, deadLettered(['ada']))).toBe('holds');
  expect(judge(invariant, deadLettered([]))).toMatch(/^violated/);
});

test('unknown before the end and when sources are incomplete', () => {
  expect(judge(invariant, unended({ without: ['allocation'] }))).toMatch(/^unknown/);
  expect(judge(invariant, incomplete({ without: ['allocation'] }))).toMatch(/^unknown/);
});
