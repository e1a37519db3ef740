import { expect, test } from 'vitest';
import { createIncarnations } from './incarnations.ts';

test('a topic made anew is another one; without an id the present life is meant', () => {
  const lives = createIncarnations();
  expect(lives.of('t')).toBe(0);
  lives.seen('t', 'a');
  lives.seen('t', 'a');
  expect([lives.of('t'), lives.of('t', 'a')]).toEqual([0, 0]);
  lives.seen('t', 'b');
  expect([lives.of('t'), lives.of('t', 'a'), lives.of('t', 'b')]).toEqual([1, 0, 1]);
});

test('once a life is over, what comes is about the next one, before its id is known and after', () => {
  const lives = createIncarnations();
  lives.over('t');
  lives.seen('t', 'a');
  expect(lives.of('t')).toBe(0);
  lives.over('t');
  expect([lives.of('t'), lives.of('t', 'a')]).toEqual([1, 0]);
  lives.seen('t', 'b');
  expect([lives.of('t'), lives.of('t', 'b')]).toEqual([1, 1]);
});

test('the count begins anew with the present lives', () => {
  const lives = createIncarnations();
  lives.seen('t', 'a');
  lives.seen('t', 'b');
  lives.rebase();
  expect([lives.of('t'), lives.of('t', 'b'), lives.of('t', 'a')]).toEqual([0, 0, 0]);
  lives.seen('t', 'c');
  lives.seen('u', 'a');
  expect([lives.of('t'), lives.of('u')]).toEqual([1, 0]);
});
