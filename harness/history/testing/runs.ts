/** How many cases a property test tries: few on every run, many where somebody asks for them. */
export const runs = (few: number): { readonly numRuns: number } => ({
  numRuns: Number(process.env['FAULTLINE_FAST_CHECK_RUNS'] ?? few),
});
