/** Of all that can be generated a run tries the same cases every time: a red run is about what was changed. */
const SEED = 20_261_126;

/**
 * How many cases a property test tries, and which: a few, always the same ones, on every run; many, others each time, where somebody
 * asks for them (`FAULTLINE_FAST_CHECK_RUNS`, npm run nightly).
 */
export const runs = (few: number): { readonly numRuns: number; readonly seed?: number } => {
  const many = process.env['FAULTLINE_FAST_CHECK_RUNS'];
  return many === undefined ? { numRuns: few, seed: SEED } : { numRuns: Number(many) };
};
