import { expect, test } from 'vitest';
import { calledByField, thatPair } from './words.ts';

test.each([
  ['studentId', 'student'],
  ['customer_id', 'customer'],
  ['orderLineId', 'order line'],
  ['article', 'article'],
  ['articleNumber', 'article number'],
])('%s holds the id of: %s', (field, called) => expect(calledByField(field)).toBe(called));

test('a pair in a sentence', () =>
  expect(thatPair({ pairCalled: ['customer', 'article'] })).toBe('that customer and article'));
