/**
 * `npm run nightly [-- names or globs]`: is each wrong design found and each right one left alone, the slow ones too; does a lost
 * tail accuse nobody, however long it is; do the commands of the pages run as they stand there; do a thousand generated cases hold
 * every property; does a worker that misbehaves beside its work fool or fill nothing; does every rule hold with 500 payments in flight
 * while a fault strikes; is what is said of a live system right, whatever was done to it, and what is said of one with a million payments;
 * do the reference workers get the same verdicts with the documented retry delays as with the shortened ones; does a trial with 10,000
 * payments cost as much more as it is more? Every scenario, every edition, both delays; about an hour and a half, and beside it the hour and
 * more that the soak takes, the last but one. Exit code 1 when a mutant is not found, a control is accused, a command fails, a property does
 * not hold, a cause of a live system is missed or wrong, a bound is missed, a verdict differs, or is unknown.
 */
import { join } from 'node:path';
import { bootstrap, root, runNode } from './bootstrap.mjs';
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

process.env.FAULTLINE_NIGHTLY = '1';
await bootstrap();
const vitest = (...args) => runNode([join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args]);
const campaigns = await runNode([join(root, 'scripts/test-campaigns.mjs')]);
if (campaigns !== 0) process.exit(campaigns);
const long = await vitest('test/docs/executed', 'harness/invariants/lost-tails');
if (long !== 0) process.exit(long);

process.env.FAULTLINE_FAST_CHECK_RUNS = '1000';
const properties = await vitest('--project', 'units', '--testTimeout', '1800000');
if (properties !== 0) process.exit(properties);
delete process.env.FAULTLINE_FAST_CHECK_RUNS;

const hostile = await runNode([join(root, 'scripts/bench-hostile.mjs')]);
if (hostile !== 0) process.exit(hostile);

const load = await runNode([join(root, 'scripts/bench-growth.mjs'), 'load']);
if (load !== 0) process.exit(load);

const diagnosis = await runNode([join(root, 'scripts/bench-diagnosis.mjs')]);
if (diagnosis !== 0) process.exit(diagnosis);

const live = await runNode([join(root, 'scripts/bench-live.mjs')]);
if (live !== 0) process.exit(live);

// 1,000, 3,000 and 10,000 payments: an hour and more.
const soak = await runNode([join(root, 'scripts/bench-growth.mjs'), 'soak']);
if (soak !== 0) process.exit(soak);

await sameVerdicts({
  editions: EDITIONS,
  variants: Object.keys(DELAYS),
  config: CONFIG,
  names: process.argv.slice(2),
  what: 'the documented delays as with the shortened ones',
});
