/**
 * `npm run test:mutations [-- folders or files]`: small changes of the judging code, one at a time; does a pure test notice each?
 * Slow: part of the nightly. Survivors are listed in runs/mutations/survivors.txt. Exit code 1 when fewer than 85 % are killed.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { ensureInstalled, root, runNode } from './bootstrap.mjs';
import { survivorsOf, tally, tallyLine } from './mutation-report.mjs';

const FOLDERS = ['history', 'invariants', 'diagnosis', 'verdict'].map((name) => `harness/${name}`);
const LEAST_PERCENT = 85;

const out = join(root, 'runs/mutations');
const report = join(out, 'mutations.json');
const survivors = join(out, 'survivors.txt');

const patternOf = (place) => {
  const path = relative(root, join(root, place));
  return statSync(join(root, path)).isDirectory() ? `${path}/**/*.ts` : path;
};

const settingsFor = (places) => ({
  mutate: [...places.map(patternOf), '!**/*.test.ts', '!**/testing/**', '!**/testing.ts'],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.pure.config.ts' },
  coverageAnalysis: 'perTest',
  // Texts are for people; and what is computed once when a module loads would need every test for every mutant.
  mutator: { excludedMutations: ['StringLiteral'] },
  ignoreStatic: true,
  ignorePatterns: ['dist', 'dist.*', 'runs', '.faultline', 'bench', 'test', 'deploy', 'docs'],
  reporters: ['json', process.stdout.isTTY ? 'progress' : 'progress-append-only'],
  jsonReporter: { fileName: report },
  tempDirName: join(out, 'sandboxes'),
  cleanTempDir: 'always',
  concurrency: availableParallelism(),
  timeoutMS: 30_000,
});

await ensureInstalled();
const asked = process.argv.slice(2);
const places = asked.length === 0 ? FOLDERS : asked;
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const settings = join(out, 'stryker.json');
writeFileSync(settings, JSON.stringify(settingsFor(places), null, 2));

const code = await runNode([join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', settings]);
if (code !== 0) process.exit(code);
const { files } = JSON.parse(readFileSync(report, 'utf8'));
writeFileSync(
  survivors,
  survivorsOf(files)
    .map((line) => `${line}\n`)
    .join(''),
);
for (const place of places) {
  const part = Object.fromEntries(
    Object.entries(files).filter(([file]) => file.startsWith(patternOf(place).replace('/**/*.ts', ''))),
  );
  if (places.length > 1) process.stdout.write(`${place}: ${tallyLine(tally(part))}\n`);
}
const all = tally(files);
process.stdout.write(`survivors: ${relative(root, survivors)}\n${tallyLine(all)}\n`);
process.exit(all.percent >= LEAST_PERCENT ? 0 : 1);
