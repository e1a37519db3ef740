/**
 * Whether the reference workers get the same verdicts in several variants, such as other delays: every scenario, every edition,
 * each variant against the first. For nightly scripts: it prints a table and ends the process, with 1 when one differs or is unknown.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrapAndSetUp, root } from './bootstrap.mjs';

const INTERRUPTED = 130;
const main = join(root, 'dist/harness/cli/main.js');

const setName = (edition, variant) => `${edition}-${variant}`;

/** Runs the scenarios with one set; resolves to the exit code. What it says goes to a file: verdicts are what counts here. */
const runSet = (folder, set, names) =>
  new Promise((resolve) => {
    const options = ['--seed', '1', '--workers', set, '--json', `${set}.json`, '--out', `runs-${set}`];
    const child = spawn(process.execPath, [main, 'run', ...names, ...options], {
      cwd: folder,
      env: { FAULTLINE_HOME: join(root, '.faultline'), ...process.env },
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
  // Whether a worker has died of its missing topic yet, when causes are looked for, is chance.
  const own = (expectsCauses(runDir) ? during.causes : []).filter(({ consequenceOf }) => consequenceOf === undefined);
  const causes = own.map(({ id, rank, undecided }) => `${rank}. ${id}${undecided ? ' (undecided)' : ''}`);
  const violated = invariants.filter((one) => one.verdict === 'violated').map(({ id }) => id);
  return [verdict, ...causes, ...violated.map((id) => `violates ${id}`)].join('; ');
};

const conclusionsIn = (folder, set) =>
  new Map(
    JSON.parse(readFileSync(join(folder, `${set}.json`), 'utf8')).scenarios.map((row) => [row.name, conclusion(row)]),
  );

const outcome = (text = 'not run') => text.split(';', 1)[0];

/** One edition in one scenario: its cell of the table, and what is wrong with it. */
const compareVariants = (edition, variants, of) => {
  const all = variants.map((variant) => ({ variant, said: of(setName(edition, variant)) }));
  const [{ said: first }] = all;
  if (all.every(({ said }) => said === first))
    return { text: outcome(first), wrong: outcome(first) === 'unknown' ? [`${edition}: unknown with all`] : [] };
  return {
    text: all.map(({ said }) => outcome(said)).join(' / '),
    wrong: all.map(({ variant, said = 'not run' }) => `${edition}, ${variant}: ${said}`),
  };
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

/**
 * `config`: text of a configuration that has a set `<edition>-<variant>` for each of them. `names`: scenarios; none: all.
 * `what`: the end of the sentence "every verdict is the same with …".
 */
export const sameVerdicts = async ({ editions, variants, config, names, what }) => {
  await bootstrapAndSetUp();

  const folder = mkdtempSync(join(tmpdir(), 'faultline-nightly-'));
  writeFileSync(join(folder, 'faultline.config.ts'), config);
  const conclusions = new Map();
  for (const edition of editions)
    for (const variant of variants) {
      const set = setName(edition, variant);
      const began = Date.now();
      const { code, said } = await runSet(folder, set, names);
      // 0, 1 and 3 are verdicts; anything else is none.
      if (![0, 1, 3].includes(code)) {
        console.error(`${set} ended with exit code ${code}:\n${said}`);
        process.exit(code);
      }
      conclusions.set(set, conclusionsIn(folder, set));
      console.error(`${set}: ${conclusions.get(set).size} scenarios in ${Math.round((Date.now() - began) / 1000)} s`);
    }

  const scenarios = [...new Set([...conclusions.values()].flatMap((rows) => [...rows.keys()]))].sort();
  const rows = scenarios.map((scenario) => {
    const cells = editions.map((edition) =>
      compareVariants(edition, variants, (set) => conclusions.get(set).get(scenario)),
    );
    return {
      line: [scenario, ...cells.map(({ text }) => text)],
      wrong: cells.flatMap(({ wrong }) => wrong.map((text) => `${scenario}: ${text}`)),
    };
  });
  printTable([['scenario', ...editions], ...rows.map(({ line }) => line)]);
  const wrong = rows.flatMap((row) => row.wrong);
  for (const text of wrong) console.log(text);
  if (wrong.length === 0) {
    console.log(`every verdict is the same with ${what}`);
    rmSync(folder, { recursive: true });
  } else console.log(`not the same; everything is in ${folder}`);
  process.exit(wrong.length === 0 ? 0 : 1);
};
