import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SEED, freshSeed, seedOf, trialSeed } from './seeds.ts';
import { runs } from '../base/testing/runs.ts';

const seed = fc.integer({ min: 0, max: MAX_SEED });
const repeat = fc.integer({ min: 1, max: 1_000_000 });

describe('seeds', () => {
  it('repeat 0 is the run’s own seed', () => {
    fc.assert(
      fc.property(seed, (n) => trialSeed(n, 0) === n),
      runs(100),
    );
  });

  it('are 32-bit unsigned and differ between the repeats of a run', () => {
    fc.assert(
      fc.property(seed, repeat, repeat, (n, a, b) => {
        const first = trialSeed(n, a);
        expect(Number.isInteger(first) && first >= 0 && first <= MAX_SEED).toBe(true);
        expect(first === trialSeed(n, b)).toBe(a === b);
      }),
      runs(100),
    );
  });

  it('are made of any whole number: itself, or its last 32 bits; the builds of a row never share one', () => {
    fc.assert(
      fc.property(seed, (n) => seedOf(BigInt(n)) === n),
      runs(100),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 80n }), fc.integer({ min: 1, max: 1_000_000 }), (n, later) => {
        expect(seedOf(n)).toBe(Number(n % 2n ** 32n));
        expect(seedOf(n + BigInt(later))).not.toBe(seedOf(n));
      }),
      runs(100),
    );
  });

  it('a fresh one uses the whole range', () => {
    expect([freshSeed(() => 0), freshSeed(() => 1 - Number.EPSILON)]).toEqual([0, MAX_SEED]);
  });
});
