/**
 * `npm run nightly [-- names or globs]`: do the reference workers get the same verdicts with the documented retry delays as with the
 * shortened ones? Every scenario, every edition, both delays; about 20 minutes. Exit code 1 when one differs, or is unknown.
 */
import { sameVerdicts } from './same-verdicts.mjs';

const EDITIONS = ['incident', 'report-fix', 'hardened'];
/** ms before the second attempt, as the tests have it and as documented. */
const DELAYS = { shortened: 20, documented: 2000 };

const CONFIG = `
import { defineConfig, referenceWorkers } from 'faultline';
const sets = ${JSON.stringify(EDITIONS)}.flatMap((edition) =>
  Object.entries(${JSON.stringify(DELAYS)}).map(([name, delay]) => [
    edition + '-' + name,
    referenceWorkers(edition, { retryFirstMs: delay, note: 'first retry after ' + delay + ' ms' }),
  ]),
);
export default defineConfig({ workers: Object.fromEntries(sets) });
`;

await sameVerdicts({
  editions: EDITIONS,
  variants: Object.keys(DELAYS),
  config: CONFIG,
  names: process.argv.slice(2),
  what: 'the documented delays as with the shortened ones',
});
