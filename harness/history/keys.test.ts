import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byPairOf, heldUnder, idKey, pairKey } from './keys.ts';

const ID = '30f88e6f-9b28-4799-a434-c9ee1058c71b';

test('an id finds what is held under it, however it is written', () => {
  const values = new Map([
    [idKey(ID), 'by a UUID'],
    [idKey('Order-7'), 'by a word'],
    [idKey(7), 'by a number'],
    [idKey(undefined), 'by none'],
  ]);
  expect([ID, ID.toUpperCase(), 'Order-7', 7, '7', undefined].map((id) => heldUnder(values, id))).toEqual([
    'by a UUID',
    'by a UUID',
    'by a word',
    'by a number',
    'by a number',
    'by none',
  ]);
  expect(['ORDER-7', `${ID}0`, '', null].map((id) => heldUnder(values, id))).toEqual(Array(4).fill(undefined));
});

test('what is held by a student and course is what was added under an equal pair, in its order', () => {
  const id = fc.constantFrom(ID, ID.toUpperCase(), ID.replace('3', '4'), 'a', 'A', '', undefined);
  fc.assert(
    fc.property(fc.array(fc.tuple(id, id), { maxLength: 30 }), (pairs) => {
      const byPair = byPairOf<number>();
      pairs.forEach(([student, course], i) => byPair.add(student, course, i));
      for (const [student, course] of [...pairs, [ID, 'z'] as const]) {
        const equal = pairs.flatMap((pair, i) => (pairKey(...pair) === pairKey(student, course) ? [i] : []));
        expect(byPair.get(student, course)).toEqual(equal);
      }
    }),
  );
});
