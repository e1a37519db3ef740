/** Medians over repeated runs, and running Faultline's command line as a user does. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../harness/base/package-root.ts';
import type { Timings } from '../harness/verdict/result.ts';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

export const spread = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return { median: median ?? 0, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0, count: sorted.length };
};

/** Wall-clock ms of the work. */
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

const run = promisify(execFile);

/** A program's run; its failure shows what it printed. */
export const program = async (command: string, args: readonly string[]): Promise<void> => {
  try {
    await run(command, args, { cwd: packageRoot, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed\n${stdout ?? ''}\n${stderr ?? ''}`, { cause: error });
  }
};

export interface RunReport {
  readonly durationMs: number;
  readonly environment: { readonly startedInMs: number };
  readonly scenarios: readonly { readonly name: string; readonly verdict: string; readonly timings: Timings }[];
}

/** `faultline run` with these arguments; its JSON file. */
export const faultlineRun = async (args: readonly string[]): Promise<RunReport> => {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-bench-'));
  try {
    const json = join(folder, 'run.json');
    const cli = join(packageRoot, 'dist/harness/cli/main.js');
    await program(process.execPath, [cli, 'run', ...args, '--out', folder, '--json', json]);
    return JSON.parse(await readFile(json, 'utf8')) as RunReport;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
