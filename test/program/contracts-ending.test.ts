/** `faultline contracts` with workers, ended in the middle: by Ctrl-C, or because a part of the environment ends. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { startFaultline } from '../support/cli.ts';
import type { RunningCli } from '../support/cli.ts';
import { descendantsOf, eventually, leftAfter, survivorsOf } from '../support/processes.ts';
import type { RunningProcess } from '../support/processes.ts';

const TIMEOUT = 120_000;
const PACTS = join(packageRoot, 'contracts/pacts');

/** For what the command writes, and for its temporary files. */
const folder = mkdtempSync(join(tmpdir(), 'faultline-contracts-ending-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COMMANDS = {
  verify: ['contracts', 'verify', '--messages', '--pacts', PACTS],
  generate: ['contracts', 'generate', '--out', join(folder, 'pacts'), '--consumer-version', '1'],
} as const;

const begin = (command: keyof typeof COMMANDS): RunningCli =>
  startFaultline(COMMANDS[command], { cwd: packageRoot, timeoutMs: TIMEOUT, env: { TMPDIR: folder } });

/** All of its processes, once a worker is among them. */
const untilWorking = async ({ pid }: RunningCli): Promise<readonly RunningProcess[]> => {
  const isWorker = ({ command }: RunningProcess): boolean => command.includes('allocation-worker/hardened');
  const tree = await eventually(
    () => descendantsOf(pid),
    (found) => found.some(isWorker),
    60_000,
  );
  expect(tree.filter(isWorker)).not.toEqual([]);
  return tree;
};

/** Its own folders, besides what Pact's library makes. */
const temporary = (): readonly string[] => readdirSync(folder).filter((name) => name.startsWith('faultline-pact'));

const nothingRemains = async (tree: readonly RunningProcess[]): Promise<void> => {
  const left = await leftAfter(() => survivorsOf(tree));
  expect(left.map(({ command }) => command)).toEqual([]);
  expect(temporary()).toEqual([]);
};

describe.each(['verify', 'generate'] as const)('contracts %s', (command) => {
  it('at Ctrl-C ends what it started, and tells no result', { timeout: TIMEOUT }, async () => {
    const run = begin(command);
    const tree = await untilWorking(run);
    // Its temporary folder, or a worker's first event: it is in the middle of it.
    if (command === 'generate') await eventually(temporary, (found) => found.length > 1, 60_000);
    run.interrupt();
    const { code, stdout, stderr } = await run.ended;
    expect(code, stdout + stderr).toBe(130);
    // Pact's library says there what it misses.
    expect(stdout).not.toMatch(/Made by|verified/);
    expect(stderr).toContain('ending the workers');
    expect(existsSync(join(folder, 'pacts'))).toBe(false);
    await nothingRemains(tree);
  });

  it('gives no result when Kafka ends in the middle', { timeout: TIMEOUT }, async () => {
    const run = begin(command);
    const tree = await untilWorking(run);
    process.kill(tree.find(({ command: line }) => line.includes('kafka.Kafka'))!.pid, 'SIGKILL');
    const { code, stdout, stderr } = await run.ended;
    expect(code, stdout + stderr).toBe(4);
    expect(stdout).not.toMatch(/Made by|verified/);
    expect(stderr).toContain('Kafka ended by itself');
    expect(existsSync(join(folder, 'pacts'))).toBe(false);
    await nothingRemains(tree);
  });
});
