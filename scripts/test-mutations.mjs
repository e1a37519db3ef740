/**
 * `npm run test:mutations [-- folders or files]`: small changes of the judging code, one at a time; does a pure test notice each?
 * Survivors are listed in runs/mutations/survivors.txt. Exit code 1 when fewer than 85 % are killed in any of the folders.
 */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { ensureInstalled, root } from './bootstrap.mjs';
import { survivorsOf, tally, tallyLine } from './mutation-report.mjs';

const FOLDERS = ['history', 'invariants', 'diagnosis', 'verdict'].map((name) => `harness/${name}`);
const LEAST_PERCENT = 85;

/**
 * Not asked: what goes through whole stored and generated histories takes seconds for each mutant, and a mutant that only such a test
 * notices lacks its smallest history.
 */
const LARGE = /\/(lost-tails|topics-made-anew|check-all|properties|renamed|drift)\.test\.js$/;

const out = join(root, 'runs/mutations');
const survivors = join(out, 'survivors.txt');

const placeOf = (asked) => {
  const place = relative(root, join(root, asked));
  statSync(join(root, place));
  return place;
};

const shown = (done, all) => {
  if (done === all || done % 500 === 0) process.stderr.write(`${done}/${all}\n`);
};

await ensureInstalled();
const asked = process.argv.slice(2);
const places = asked.length === 0 ? FOLDERS : asked.map(placeOf);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

// They need what has been installed.
const { instrument } = await import('./mutations/instrument.mjs');
const { runMutants } = await import('./mutations/run.mjs');
const instrumented = await instrument({ root, out: join(out, 'instrumented'), folders: FOLDERS, places });
const tests = instrumented.tests.filter((file) => !LARGE.test(file));
const concurrency = Math.max(1, availableParallelism());
const files = await runMutants({ ...instrumented, tests }, { concurrency, progress: shown });
writeFileSync(
  survivors,
  survivorsOf(files)
    .map((line) => `${line}\n`)
    .join(''),
);

const tallies = places.map((place) => {
  const inside = Object.entries(files).filter(([file]) => file === place || file.startsWith(`${place}/`));
  return { place, ...tally(Object.fromEntries(inside)) };
});
process.stdout.write(`survivors: ${relative(root, survivors)}\n`);
if (tallies.length > 1) for (const each of tallies) process.stdout.write(`${each.place}: ${tallyLine(each)}\n`);
process.stdout.write(`${tallyLine(tally(files))}\n`);
process.exit(tallies.every(({ percent }) => percent >= LEAST_PERCENT) ? 0 : 1);
