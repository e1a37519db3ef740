/**
 * `npm run nightly [-- names or globs]`: do the reference workers get the same verdicts with the documented retry delays as with the
 * shortened ones? Every scenario, every edition, both delays; about 20 minutes. Exit code 1 when one differs, or is unknown.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, root, runNode } from './bootstrap.mjs';

const EDITIONS = ['incident', 'report-fix', 'hardened'];
/** ms before the second attempt, as the tests have it and as documented. */
const SHORTENED = 20;
const DOCUMENTED = 2000;
const INTERRUPTED = 130;

const main = join(root, 'dist/harness/cli/main.js');
const names = process.argv.slice(2);

const setName = (edition, delay) => `${edition}-${delay}`;

const CONFIG = `
import { defineConfig, referenceWorkers } from 'faultline';
const sets = ${JSON.stringify(EDITIONS)}.flatMap((edition) =>
  ${JSON.stringify([SHORTENED, DOCUMENTED])}.map((delay) => [
    edition + '-' + delay,
    referenceWorkers(edition, { retryFirstMs: delay, note: 'first retry after ' + delay + ' ms' }),
  ]),
);
export default defineConfig({ workers: Object.fromEntries(sets) });
`;

/** Runs the scenarios with one set; resolves to the exit code. What it says goes to a file: verdicts are what counts here. */
const runSet = (folder, set) =>
  new Promise((resolve) => {
    const args = [
      main,
      'run',
      ...names,
      '--seed',
      '1',
      '--workers',
      set,
      '--json',
      `${set}.json`,
      '--out',
      `runs-${set}`,
    ];
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, FAULTLINE_HOME: join(root, '.faultline') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    // A Ctrl-C has reached it already, as it is in the same group.
    const passOn = () => child.kill('SIGTERM');
    const ignore = () => undefined;
    process.on('SIGTERM', passOn).on('SIGINT', ignore);
    child.on('close', (code) => {
      process.off('SIGTERM', passOn).off('SIGINT', ignore);
      writeFileSync(join(folder, `${set}.log`), said);
      resolve({ code: code ?? INTERRUPTED, said });
    });
  });

/** Causes count only where the scenario expects some; elsewhere they are shown as they were at an arbitrary moment. */
const expectsCauses = (runDir) =>
  JSON.parse(readFileSync(join(runDir, 'verdict.json'), 'utf8')).verdict.during.expectation.expected !== null;

/** What a verdict says, apart from when and where: outcome, causes in their order, violated invariants. */
const conclusion = ({ verdict, runDir, during, invariants }) => {
  const causes = (expectsCauses(runDir) ? during.causes : []).map(({ id, rank, consequenceOf, undecided }) =>
    [`${rank}. ${id}`, consequenceOf && `because of ${consequenceOf}`, undecided && '(undecided)']
      .filter(Boolean)
      .join(' '),
  );
  const violated = invariants.filter((one) => one.verdict === 'violated').map(({ id }) => id);
  return [verdict, ...causes, ...violated.map((id) => `violates ${id}`)].join('; ');
};

const conclusionsIn = (folder, set) =>
  new Map(
    JSON.parse(readFileSync(join(folder, `${set}.json`), 'utf8')).scenarios.map((row) => [row.name, conclusion(row)]),
  );

const outcome = (text = 'not run') => text.split(';', 1)[0];

/** One row of the table, and what is wrong with it. */
const compare = (scenario, conclusions) => {
  const cells = EDITIONS.map((edition) => {
    const [short, long] = [SHORTENED, DOCUMENTED].map((delay) =>
      conclusions.get(setName(edition, delay)).get(scenario),
    );
    if (short === long)
      return { text: outcome(short), wrong: outcome(short) === 'unknown' ? [`${edition}: unknown with both`] : [] };
    const wrong = [`${edition}, shortened:  ${short}`, `${edition}, documented: ${long}`];
    return { text: `${outcome(short)} / ${outcome(long)}`, wrong };
  });
  return { line: [scenario, ...cells.map(({ text }) => text)], wrong: cells.flatMap((cell) => cell.wrong) };
};

const printTable = (lines) => {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
};

await bootstrap();
const setUp = await runNode([main, 'setup']);
if (setUp !== 0) process.exit(setUp);

const folder = mkdtempSync(join(tmpdir(), 'faultline-nightly-'));
writeFileSync(join(folder, 'faultline.config.ts'), CONFIG);
const conclusions = new Map();
for (const edition of EDITIONS)
  for (const delay of [SHORTENED, DOCUMENTED]) {
    const set = setName(edition, delay);
    const began = Date.now();
    const { code, said } = await runSet(folder, set);
    // 0, 1 and 3 are verdicts; anything else is none.
    if (![0, 1, 3].includes(code)) {
      console.error(`${set} ended with exit code ${code}:\n${said}`);
      process.exit(code);
    }
    conclusions.set(set, conclusionsIn(folder, set));
    console.error(`${set}: ${conclusions.get(set).size} scenarios in ${Math.round((Date.now() - began) / 1000)} s`);
  }

const scenarios = [...new Set([...conclusions.values()].flatMap((rows) => [...rows.keys()]))].sort();
const rows = scenarios.map((scenario) => compare(scenario, conclusions));
printTable([['scenario', ...EDITIONS], ...rows.map(({ line }) => line)]);
const wrong = rows.flatMap(({ line, wrong: texts }) => texts.map((text) => `${line[0]}: ${text}`));
for (const text of wrong) console.log(text);
if (wrong.length === 0) {
  console.log('every verdict is the same with the documented delays as with the shortened ones');
  rmSync(folder, { recursive: true });
} else console.log(`not the same; everything is in ${folder}`);
process.exit(wrong.length === 0 ? 0 : 1);
