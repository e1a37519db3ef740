/**
 * `npm run bench:hostile [-- names]`: right workers that misbehave beside their work. Is no verdict wrong, is it said what happened, and does what the run
 * takes of memory and disk stay within bounds? Nightly. Exit code 1 when not.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EXIT } from '../harness/base/errors.ts';
import { packageRoot } from '../harness/base/package-root.ts';
import { parseHistory } from '../harness/history/testing/parse.ts';
import { openHistory } from '../harness/history/history.ts';
import { seenOfNobody } from '../harness/reporters/nobodys.ts';
import { ACTS } from './hostile/acts.ts';
import type { Act } from './hostile/acts.ts';
import { SHARED_ACTS } from './hostile/shared-acts.ts';
import { listOf } from './command-line.ts';

/** MB of memory the run may take, and of disk the folder of a trial: one that was unknown is played again, and has its own. */
const MOST = { memory: 350, disk: 60 } as const;
/** What a log says of output that was more than is kept, and of a line that was. */
const LEFT_OUT = /of its output left out here|… \(cut: \d+ bytes\)$/;
const SCENARIOS = ['healthy', 'api-silent-failure'];
const LOOK_EVERY_MS = 100;
const MB = 1024 * 1024;

const CONFIG = `
import { defineConfig, referenceWorkers } from 'faultline';
const set = referenceWorkers('hardened');
const workers = set.workers.map((worker) => ({ ...worker, env: { ...worker.env, NODE_OPTIONS: process.env.HOSTILE } }));
export default defineConfig({ workers: { hostile: { ...set, workers } } });
`;

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0),
    0,
  );

/** Bytes of the largest of the run folders. */
const diskOf = (runs: string): number =>
  Math.max(
    0,
    ...readdirSync(runs, { withFileTypes: true }).map((each) =>
      each.isDirectory() ? sizeOf(join(runs, each.name)) : statSync(join(runs, each.name)).size,
    ),
  );

/** The most it ever had in memory, bytes; 0 where the system does not say. */
const memoryOf = (pid: number): number => {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
};

interface Played {
  readonly code: number;
  readonly memory: number;
  readonly said: string;
}

const play = (folder: string, options: string): Promise<Played> =>
  new Promise((resolve) => {
    const main = join(packageRoot, 'dist/harness/cli/main.js');
    const args = [main, 'run', ...SCENARIOS, '--workers', 'hostile', '--seed', '7', '--out', join(folder, 'runs')];
    const env = { FAULTLINE_HOME: join(packageRoot, '.faultline'), ...process.env, HOSTILE: options };
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [memory, said] = [0, ''];
    const look = setInterval(() => {
      memory = Math.max(memory, memoryOf(child.pid ?? 0));
    }, LOOK_EVERY_MS);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.once('close', (code) => {
      clearInterval(look);
      resolve({ code: code ?? -1, memory, said });
    });
  });

/** Everything that was told of the trials, whether or not a person had to look at it. */
const toldIn = (runs: string): string =>
  readdirSync(runs, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^/]+\/(?:history\.ndjson|verdict\.json)$/.test(path) && !path.startsWith('latest'))
    .flatMap((path) => {
      const text = readFileSync(join(runs, path), 'utf8');
      if (path.endsWith('.json')) return [text];
      const history = openHistory(parseHistory(text));
      return [
        ...seenOfNobody(history).map((seen) => seen.text),
        ...history.of('trial.harness-error').map(({ message }) => message),
        ...history.of('trial.settled').flatMap(({ waitingFor }) => waitingFor),
        ...history.of('process.log').flatMap(({ line }) => (LEFT_OUT.test(line) ? [line] : [])),
      ];
    })
    .join('\n');

const problemsOf = async (act: Act, out: string): Promise<readonly string[]> => {
  const folder = join(out, act.name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'faultline.config.ts'), CONFIG);
  const code = join(folder, 'act.mjs');
  writeFileSync(code, act.code);
  const began = performance.now();
  const played = await play(folder, `--import=${pathToFileURL(code).href}`);
  const runs = join(folder, 'runs');
  const disk = diskOf(runs) / MB;
  const memory = played.memory / MB;
  process.stdout.write(
    `${act.name}: exit ${played.code}, ${memory.toFixed(0)} MB of memory, ${disk.toFixed(1)} MB of disk, ${((performance.now() - began) / 1000).toFixed(0)} s\n`,
  );
  return [
    ...((act.codes ?? [EXIT.ok, EXIT.unknown]).includes(played.code) ? [] : [`exit ${played.code}:\n${played.said}`]),
    ...(act.says === undefined || act.says.test(`${played.said}\n${toldIn(runs)}`)
      ? []
      : [`nothing says ${String(act.says)}:\n${played.said}`]),
    ...(memory > MOST.memory ? [`${memory.toFixed(0)} MB of memory`] : []),
    ...(disk > MOST.disk ? [`${disk.toFixed(0)} MB of disk`] : []),
  ].map((problem) => `${act.name}: ${problem}`);
};

const all = [...ACTS, ...SHARED_ACTS];
const wanted = listOf('hostile worker', process.argv.slice(2).join(','), all);
const out = mkdtempSync(join(tmpdir(), 'faultline-hostile-'));
const problems: string[] = [];
let played = 0;
try {
  for (const act of all.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    problems.push(...(await problemsOf(act, out)));
    played += 1;
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
for (const problem of problems) process.stdout.write(`WRONG ${problem}\n`);
process.stdout.write(`${played} hostile workers, ${problems.length} problems\n`);
process.exit(problems.length === 0 ? 0 : 1);
