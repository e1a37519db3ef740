import { expect, test } from 'vitest';
import { uuidFrom } from '../../../harness/base/uuid-from.ts';
import { createIdentities } from './identities.ts';

const seeded = (seed: number) => createIdentities((...parts) => uuidFrom(seed, ...parts));

test('ids are version 4 uuids and depend on every part', () => {
  expect(uuidFrom('a', 1)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidFrom('a', 1)).not.toBe(uuidFrom('a', 2));
  // Parts do not run together.
  expect(uuidFrom('ab', 'c')).not.toBe(uuidFrom('a', 'bc'));
});

test('the same seed gives the same ids, in whatever order students come', () => {
  const [one, two] = [seeded(1), seeded(1)];
  const first = [one.freshId('s1', 'c'), one.freshId('s2', 'c'), one.freshId('s1', 'c')];
  const second = [two.freshId('s1', 'c'), two.freshId('s1', 'c'), two.freshId('s2', 'c')];
  expect(first).toEqual([second[0], second[2], second[1]]);
  expect(new Set(first).size).toBe(3);
  expect(one.trainerFor('s1', 'c')).toBe(two.trainerFor('s1', 'c'));
});

test('another seed has other trainers', () => {
  const trainersOf = (seed: number): Set<string> => {
    const identities = seeded(seed);
    return new Set(Array.from({ length: 200 }, (_, index) => identities.trainerFor(`s${index}`, 'c')));
  };
  const [one, two] = [trainersOf(1), trainersOf(2)];
  expect(one.size).toBeGreaterThan(1);
  expect([...one].filter((trainer) => two.has(trainer))).toEqual([]);
});
