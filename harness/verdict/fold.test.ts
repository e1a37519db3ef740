import { expect, test } from 'vitest';
import { fold, foldedText } from './fold.ts';
import { found } from './testing/trials.ts';

const PAYMENTS = { ada: '829f46f0', ben: '1fa90c93', cem: '374087a1', dora: '5a1c77e2' };
const of = (name: keyof typeof PAYMENTS) =>
  found(`${name} (payment ${PAYMENTS[name]}) has no trainer`, { subject: name });

test('sentences that say the same of several payments are the first of them and how many more there are', () => {
  const other = found('the group is behind');
  const folded = fold([of('ada'), other, of('ben'), of('cem')]);
  expect(folded).toEqual([
    { finding: of('ada'), more: 2, next: ['ben', 'cem'] },
    { finding: other, more: 0, next: [] },
  ]);
  expect(folded.map(foldedText)).toEqual([
    'ada (payment 829f46f0) has no trainer (and the same for 2 more: ben, cem)',
    'the group is behind',
  ]);
});

test('of many three are named', () => {
  const all = fold([of('ada'), of('ben'), of('cem'), of('dora')]);
  expect(all.map(foldedText)).toEqual(['ada (payment 829f46f0) has no trainer (and the same for 3 more: ben, cem …)']);
});
