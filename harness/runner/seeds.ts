/** Seeds of trials. All are 32-bit unsigned integers. */

export const MAX_SEED = 0xffff_ffff;

/** The seed of any whole number from 0 on, such as a build's: itself where it is one, otherwise its last 32 bits. */
export const seedOf = (whole: bigint): number => Number(BigInt.asUintN(32, whole));

// splitmix32: a bijection of 32-bit integers, so two repeats of one run never share a seed.
const mix = (n: number): number => {
  let x = n >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
};

/** Seed of the trial of that repeat (from 0). Repeat 0 has the run's own seed: `--seed N` replays exactly that trial. */
export const trialSeed = (runSeed: number, repeat: number): number =>
  repeat === 0 ? runSeed : mix(runSeed + Math.imul(repeat, 0x9e3779b9));

/** A seed for a run that was given none. `random` gives [0, 1). */
export const freshSeed = (random: () => number): number => Math.floor(random() * (MAX_SEED + 1));
