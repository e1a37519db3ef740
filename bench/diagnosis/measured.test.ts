import { expect, it } from 'vitest';
import { isAsDemanded, percent, rowOf, systemsOf, totalsOf } from './measured.ts';

const right = { exact: true, grounded: true, stands: 'alone', accusesFalsely: false, complaints: [] } as const;
const way = { of: 'FL0103', name: 'a way' } as const;
const totals = (...cases: Parameters<typeof rowOf>[1]) => totalsOf([rowOf(way, cases)]);

it('counts what is to be grounded apart from what is not', () =>
  expect(totals(right, { ...right, grounded: undefined })).toEqual({
    cases: 2,
    exact: 2,
    grounded: 1,
    toGround: 1,
    falselyAccused: 0,
    alone: 2,
    first: 2,
    besides: 0,
    besidesRight: 0,
  }));

it('counts how the root stands, and what was said of those who are right', () => {
  const [shared, first] = [{ ...right, stands: 'shared' } as const, { ...right, stands: 'first' } as const];
  const row = rowOf(way, [right, shared, first, { ...right, stands: undefined }], [right, { exact: false }]);
  expect(row).toMatchObject({ alone: 1, first: 2, besides: 2, besidesRight: 1 });
  expect(isAsDemanded(totalsOf([row]))).toBe(false);
});

it('tells how many systems there are', () => expect(systemsOf([{}, { perSystem: 1 }, { perSystem: 4 }], 10)).toBe(14));

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
