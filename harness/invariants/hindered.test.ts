import { expect, test } from 'vitest';
import { flow } from '../history/testing/flow.ts';
import { build } from '../history/testing/build.ts';
import { checkInvariants } from './testing.ts';

/** Who is named for what is missing, where the database was seen like this. */
const blamed = (hinders: readonly string[]): readonly (string | undefined)[] => {
  const b = flow(build({}), { without: ['allocation'] });
  b.ended();
  b.add({ kind: 'postgres.seen', source: 'postgres', notes: ['a note', ...hinders], hinders });
  return checkInvariants(b.history()).flatMap(({ id, verdict, findings }) =>
    id === 'purchase-gets-allocation' && verdict === 'violated' ? findings.map(({ worker }) => worker) : [],
  );
};

test('what is missing is nobody’s, where somebody has made the database impossible for all', () => {
  expect(blamed([])).toEqual(['allocation-worker']);
  expect(blamed(['the table trainer_allocations is gone'])).toEqual([undefined]);
});
