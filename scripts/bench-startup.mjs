/**
 * `npm run bench:startup [-- names or globs]`: do the reference workers get the same verdicts however long they take to start? Every
 * scenario, two editions, 0 to 8 s before the program itself; about 40 minutes. Exit code 1 when one differs, or is unknown.
 */
import { sameVerdicts } from './same-verdicts.mjs';

const EDITIONS = ['incident', 'hardened'];
const DELAYS_S = [0, 1, 3, 8];

/** Sleeps, and becomes the program. */
const SLOW_START = ['/bin/sh', '-c', 'sleep "$START_DELAY_S" && exec "$@"', 'slow-start'];

const CONFIG = `
import { defineConfig, referenceWorkers } from 'faultline';
const slow = (seconds) => (worker) => ({
  ...worker,
  command: [...${JSON.stringify(SLOW_START)}, ...worker.command],
  env: { ...worker.env, START_DELAY_S: String(seconds) },
});
const sets = ${JSON.stringify(EDITIONS)}.flatMap((edition) => {
  const set = referenceWorkers(edition);
  return ${JSON.stringify(DELAYS_S)}.map((seconds) => [
    edition + '-' + seconds + 's',
    { ...set, workers: set.workers.map(slow(seconds)) },
  ]);
});
export default defineConfig({ workers: Object.fromEntries(sets) });
`;

await sameVerdicts({
  editions: EDITIONS,
  variants: DELAYS_S.map((seconds) => `${seconds}s`),
  config: CONFIG,
  names: process.argv.slice(2),
  what: 'workers that take 0, 1, 3 or 8 s to start',
});
