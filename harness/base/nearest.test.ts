import { expect, test } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

const names = ['worker-down', 'worker-hung', 'topic-missing', 'healthy', 'api-wrong-id'];

test('few edits away, best first', () => {
  expect(nearest('worker-dwon', names)).toEqual(['worker-down']);
  expect(nearest('worker-hown', names)).toEqual(['worker-down', 'worker-hung']);
  expect(nearest('helthy', names)).toEqual(['healthy']);
});
test('a part of the name, in any case', () => {
  expect(nearest('TOPIC', names)).toEqual(['topic-missing']);
});
test('nothing near', () => {
  expect(nearest('zzzzzz', names)).toEqual([]);
  expect(nearest('z', ['x', 'y'])).toEqual([]);
  expect(didYouMean('zzzzzz', names)).toBe('');
  expect(didYouMean('helthy', names)).toBe(' (did you mean healthy?)');
});
