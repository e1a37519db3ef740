import { expect, it } from 'vitest';
import { isAsDemanded, percent, rowOf, totalsOf } from './measured.ts';

const right = { exact: true, grounded: true, accusesFalsely: false, complaints: [] };
const way = { of: 'FL0103', name: 'a way' } as const;
const totals = (...cases: Parameters<typeof rowOf>[1]) => totalsOf([rowOf(way, cases)]);

it('counts what is to be grounded apart from what is not', () =>
  expect(totals(right, { ...right, grounded: undefined })).toEqual({
    cases: 2,
    exact: 2,
    grounded: 1,
    toGround: 1,
    falselyAccused: 0,
  }));

it('nothing less than all is as demanded', () => {
  expect(isAsDemanded(totals(right, right))).toBe(true);
  expect(isAsDemanded(totals())).toBe(false);
  for (const wrong of [{ exact: false }, { grounded: false }, { accusesFalsely: true }])
    expect(isAsDemanded(totals(right, { ...right, ...wrong }))).toBe(false);
});

it('a rate is whole only where it is', () => {
  expect([percent(3, 3), percent(0, 3), percent(1, 8)]).toEqual(['100 %', '0 %', '12.5 %']);
  expect([percent(9999, 10_000), percent(1, 10_000), percent(0, 0)]).toEqual(['99.9 %', '0.1 %', '-']);
});
