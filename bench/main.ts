/** `npm run bench [-- cold docker warm workers fresh whole usual contract]`: what the README claims about speed, measured on this machine, in one table. */
import { join } from 'node:path';
import { packageRoot } from '../harness/base/package-root.ts';
import { startEmbedded } from '../harness/environment/embedded/embedded.ts';
import type { Timings } from '../harness/verdict/result.ts';
import { contractCosts } from './contract.ts';
import { dockerColdStarts } from './docker.ts';
import { faultlineRun, program, spread, timed } from './measure.ts';
import type { Spread } from './measure.ts';

const RUNS = 5;

const rows: (readonly [what: string, value: Spread])[] = [];
const note = (what: string, values: readonly number[]): void => {
  const value = spread(values);
  rows.push([what, value]);
  process.stderr.write(`${what}: ${Math.round(value.median)} ms\n`);
};

const repeat = async (count: number, work: () => Promise<number>): Promise<readonly number[]> => {
  const values: number[] = [];
  for (let i = 0; i < count; i += 1) values.push(await work());
  return values;
};

const coldStart = async (): Promise<number> => {
  const environment = await startEmbedded({
    cacheDir: process.env['FAULTLINE_HOME'] ?? join(packageRoot, '.faultline'),
    env: process.env,
    progress: () => undefined,
  });
  await environment.stop();
  return environment.startedInMs;
};

const PHASES: readonly (readonly [phase: keyof Timings, label: string])[] = [
  ['prepareMs', 'prepare'],
  ['actMs', 'inject, act, observe, heal'],
  ['settleMs', 'settle'],
  ['judgeMs', 'judge'],
  ['totalMs', 'total'],
];

/** A trial's phases over many trials in one run; the first ones warm the workers up and are left out. */
const trialCost = async (label: string, args: readonly string[], warmUp: number): Promise<void> => {
  const { scenarios } = await faultlineRun(args);
  const warm = scenarios.slice(warmUp);
  for (const [phase, name] of PHASES)
    note(
      `${label}: ${name}`,
      warm.map((trial) => trial.timings[phase]),
    );
};

const sideBySide = async (): Promise<void> => {
  // In turn, so that a change of the machine's speed meets both.
  const ours: number[] = [];
  const usual: number[] = [];
  const vitest = join(packageRoot, 'node_modules/vitest/vitest.mjs');
  const config = join(packageRoot, 'bench/usual/vitest.config.ts');
  for (let i = 0; i < RUNS; i += 1) {
    ours.push(await timed(() => faultlineRun(['healthy'])));
    usual.push(await timed(() => program(process.execPath, [vitest, 'run', '--config', config])));
  }
  note('healthy (five payments) with Faultline, start to exit', ours);
  note('one payment the usual way, start to exit', usual);
};

const docker = async (): Promise<void> => {
  const { ours, untuned } = await dockerColdStarts(RUNS);
  note('cold start with --env docker', ours);
  note('the same images with their own settings', untuned);
};

const SECTIONS: Readonly<Record<string, () => Promise<void>>> = {
  cold: async () => note('cold start of Kafka, PostgreSQL and Toxiproxy', await repeat(RUNS, coldStart)),
  docker,
  warm: async () => {
    await trialCost('warm trial, one payment (no-trainer-free)', ['no-trainer-free', '--repeat', '40'], 10);
    await trialCost('warm trial, five payments (healthy)', ['healthy', '--repeat', '30'], 10);
  },
  workers: () => trialCost('trial with workers restarted (worker-down)', ['worker-down', '--repeat', '9'], 2),
  fresh: () => trialCost('trial with everything fresh (healthy --fresh)', ['healthy', '--fresh', '--repeat', '9'], 2),
  whole: async () =>
    note('all scenarios, hardened, start to exit', await repeat(RUNS, () => timed(() => faultlineRun([])))),
  usual: sideBySide,
  contract: async () => {
    for (const [what, values] of contractCosts())
      note(
        `1000 times ${what}`,
        values.map((ms) => ms * 1000),
      );
  },
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => SECTIONS[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`no benchmark named ${unknown.join(', ')}; there are: ${Object.keys(SECTIONS).join(', ')}\n`);
  process.exit(2);
}
for (const [name, run] of Object.entries(SECTIONS)) if (chosen.length === 0 || chosen.includes(name)) await run();

const width = Math.max(...rows.map(([what]) => what.length));
const cell = (ms: number): string => String(Math.round(ms)).padStart(8);
process.stdout.write(`${'ms'.padEnd(width)}  ${['median', 'min', 'max', 'n'].map((h) => h.padStart(8)).join('')}\n`);
for (const [what, { median, min, max, count }] of rows)
  process.stdout.write(`${what.padEnd(width)}  ${cell(median)}${cell(min)}${cell(max)}${String(count).padStart(8)}\n`);
