import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const PATIENCE = { timeout: 240_000 };
const UNTIL = { timeout: 120_000, interval: 20 };
const checkout = fileURLToPath(new URL('../..', import.meta.url));

const dir = mkdtempSync(join(tmpdir(), 'faultline-vitest-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

beforeAll(() => {
  const config = `import { faultlineVitestConfig } from ${JSON.stringify(join(checkout, 'dist/harness/runner/vitest-config.js'))};
    const { plugins, test } = faultlineVitestConfig(['dist/scenarios/*.js']);
    const globalSetup = [${JSON.stringify(join(checkout, 'harness/cli/testing/double-setup.mjs'))}];
    export default { plugins, root: ${JSON.stringify(checkout)}, cacheDir: ${JSON.stringify(dir)}, test: { ...test, globalSetup } };`;
  writeFileSync(join(dir, 'vitest.config.mjs'), config);
});

interface Running {
  readonly pid: number;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
  log(): string;
  /** What it has written so far. */
  output(): string;
}

const runVitest = (
  files: readonly string[],
  scenarios: object,
  env: Readonly<Record<string, string>> = {},
): Running => {
  const log = join(dir, `double-${Math.random().toString(36).slice(2)}.log`);
  writeFileSync(log, '');
  const cli = join(checkout, 'node_modules/vitest/vitest.mjs');
  const options = ['--config', join(dir, 'vitest.config.mjs'), '--reporter', 'default', '--reporter', 'github-actions'];
  const { VITEST: _vitest, ...inherited } = process.env;
  const child = spawn(process.execPath, [cli, 'run', ...options, ...files], {
    cwd: dir,
    env: {
      ...inherited,
      NO_COLOR: '1',
      DOUBLE: JSON.stringify({ scenarios }),
      DOUBLE_LOG: log,
      FAULTLINE_SEED: '7',
      FAULTLINE_JSON: 'o.json',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return {
    pid: child.pid ?? 0,
    ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, output }))),
    log: () => readFileSync(log, 'utf8'),
    output: () => output,
  };
};

const WORKERS = ['worker-down', 'worker-hung', 'worker-killed-mid-call'].map((name) => `scenarios/${name}`);

describe('npx vitest run', PATIENCE, () => {
  it('runs scenario files with options from variables, reports them and writes the JSON', async () => {
    const scenarios = { 'worker-down': { outcome: 'failed' }, 'worker-hung': { outcome: 'unknown' } };
    const run = runVitest([...WORKERS, 'scenarios/healthy'], scenarios, { FAULTLINE_FRESH: '1' });
    const { code, output } = await run.ended;
    expect(code).toBe(1);
    expect(output).toContain('seed 7');
    expect(output).toMatch(/Tests +2 failed \| 2 passed \(4\)/);
    expect(output).toContain(
      'ScenarioFailed: FL114 purchase-gets-allocation/allocation-worker/no-allocation: the purchase of ada has no allocation',
    );
    expect(output).toContain('ScenarioUnknown: FL402 unknown: the fault api-behaviour did not fire');
    expect(output).toMatch(/::error file=[^,]*scenarios\/worker-down\.ts,title=[^,]*,line=3,/);
    expect(run.log()).toMatch(/^opened fresh\n/);
    expect(run.log()).toMatch(/closed\n$/);
    const json = JSON.parse(readFileSync(join(dir, 'o.json'), 'utf8')) as { totals: unknown };
    expect(json.totals).toEqual({ passed: 2, failed: 1, unknown: 1 });
  });

  it('takes our exit code when nothing failed, skips what a tag leaves out, and repeats', async () => {
    const env = { FAULTLINE_TAG: 'smoke', FAULTLINE_REPEAT: '2' };
    const { code, output } = await runVitest(
      ['scenarios/healthy', 'worker-hung'],
      { healthy: { outcome: 'unknown' } },
      env,
    ).ended;
    expect(output).toMatch(/Tests +2 failed \| 2 skipped \(4\)/);
    expect(code).toBe(3);
  });

  it('fails when the run cannot go on, instead of skipping the rest', async () => {
    const { code, output } = await runVitest(WORKERS, { 'worker-down': { throws: 'environment' } }).ended;
    expect(output).toMatch(/Tests +3 failed \(3\)/);
    expect(output).toContain('it is gone');
    expect(code).toBe(4);
  });

  it('drains on SIGINT and ends with 130', async () => {
    const heard = join(dir, 'heard');
    const run = runVitest(WORKERS, { 'worker-down': { until: heard } });
    await vi.waitFor(() => expect(run.log()).toContain('begin worker-down'), UNTIL);
    process.kill(run.pid, 'SIGINT');
    await vi.waitFor(() => expect(run.output()).toContain('SIGINT: finishing'), UNTIL);
    writeFileSync(heard, '');
    const { code, output } = await run.ended;
    expect(output).toMatch(/Tests +1 passed \| 2 skipped \(3\)/);
    expect(run.log()).toMatch(/end worker-down 7\nclosed\n$/);
    expect(code).toBe(130);
  });

  it('says what is wrong with a variable, without a stack of ours', async () => {
    const { code, output } = await runVitest(['scenarios/healthy'], {}, { FAULTLINE_WORKERS: 'hardend' }).ended;
    expect(code).not.toBe(0);
    expect(output).toContain('there is no worker set hardend');
    expect(output).not.toContain('worker-sets.ts');
  });
});
