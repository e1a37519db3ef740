import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { startDouble } from './testing/spawn.mjs';
import type { Running } from './testing/spawn.mjs';

const PATIENCE = { timeout: 240_000 };
const UNTIL = { timeout: 100_000, interval: 20 };

const cwd = mkdtempSync(join(tmpdir(), 'faultline-signals-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const begun = (run: Running): Promise<void> =>
  vi.waitFor(() => expect(run.log().some((line) => line.startsWith('begin'))).toBe(true), UNTIL);

interface Document {
  readonly scenarios: readonly { readonly name: string; readonly verdict: string }[];
}
const rows = (name: string): string[][] =>
  (JSON.parse(readFileSync(join(cwd, name), 'utf8')) as Document).scenarios.map((row) => [row.name, row.verdict]);

const start = (json: string, order: { readonly ms: number } | { readonly until: string }): Running =>
  startDouble(
    [
      'run',
      'worker-down',
      'worker-hung',
      'worker-killed-mid-call',
      '--json',
      json,
      '--reporter',
      'list',
      '--reporter',
      'junit',
    ],
    {
      cwd,
      orders: { scenarios: { 'worker-down': order } },
    },
  );

describe('stopping a run', PATIENCE, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'the first %s finishes the running trial and starts no other',
    async (signal) => {
      const until = join(cwd, `${signal} was heard`);
      const run = start(`${signal}.json`, { until });
      await begun(run);
      run.child.kill(signal);
      await vi.waitFor(() => expect(run.stderr()).toContain(`${signal}: finishing`), UNTIL);
      writeFileSync(until, '');
      const { code, log, stdout, stderr } = await run.ended;
      expect(code).toBe(130);
      expect(log.slice(1).map((line) => line.replace(/ \d+$/, ''))).toEqual([
        'begin worker-down',
        'end worker-down',
        'closed',
      ]);
      expect(stderr).toContain(`${signal}: finishing worker-down, then stopping; once more stops at once`);
      expect(stdout).toContain(`not run: 2 trials: interrupted by ${signal}`);
      expect(rows(`${signal}.json`)).toEqual([['worker-down', 'passed']]);
      expect(readFileSync(join(cwd, 'runs', 'junit.xml'), 'utf8')).toContain('tests="3"');
    },
  );

  it('the second kills at once and leaves the row of the trial that was cut', async () => {
    const run = start('killed.json', { ms: 60_000 });
    await begun(run);
    run.child.kill('SIGINT');
    await vi.waitFor(() => expect(run.stderr()).toContain('finishing worker-down'), UNTIL);
    run.child.kill('SIGINT');
    const { code, log } = await run.ended;
    expect(code).toBe(130);
    expect(log.at(-1)).toBe('killed');
    expect(rows('killed.json')).toEqual([['worker-down', 'unknown']]);
  });

  it('nobody who reads any more ends it as quietly', async () => {
    const until = join(cwd, 'nobody reads');
    const run = start('unread.json', { until });
    await begun(run);
    run.child.stdout?.once('close', () => writeFileSync(until, '')).destroy();
    const { code, log, stderr } = await run.ended;
    expect(code).toBe(130);
    expect(log.at(-1)).toBe('closed');
    // It is known when something is written: between two trials, or when the next has begun.
    expect(stderr).toMatch(/standard output was closed: (finishing worker-hung, then )?stopping/);
    expect(stderr).not.toMatch(/Error|EPIPE|^\s+at /m);
    expect(rows('unread.json')).not.toContainEqual(['worker-killed-mid-call', 'passed']);
  });

  it('nobody who reads any more is no verdict where nothing has to be stopped', async () => {
    const run = startDouble(['list'], { cwd });
    run.child.stdout?.destroy();
    const { code, stderr } = await run.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  });

  it('does not wait for an environment that is still starting', async () => {
    const until = join(cwd, 'opening was interrupted');
    const run = startDouble(['run', 'healthy'], { cwd, orders: { open: { until } } });
    await vi.waitFor(() => expect(run.log()).toContain('opening'), UNTIL);
    run.child.kill('SIGINT');
    writeFileSync(until, '');
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('not run: 1 trial: interrupted by SIGINT');
  });
});

describe('up and down', PATIENCE, () => {
  it('up stays until down ends it, and only one is up', async () => {
    const up = startDouble(['up'], { cwd });
    await vi.waitFor(() => expect(up.stdout()).toContain('Up until Ctrl-C'), UNTIL);
    expect(up.stdout()).toContain('export KAFKA_BROKERS=');
    expect(up.stdout()).toContain(`export DATABASE_URL='postgres://w:it'\\''s@127.0.0.1:5432/x'`);
    const second = await startDouble(['up'], { cwd }).ended;
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`kept by process ${up.child.pid}`);

    const down = await startDouble(['down'], { cwd }).ended;
    expect(down.stdout).toContain(`ended process ${up.child.pid}`);
    const ended = await up.ended;
    expect({ code: ended.code, log: ended.log }).toEqual({ code: 0, log: ['closed'] });
    expect(existsSync(join(cwd, '.faultline', 'up.json'))).toBe(false);
    expect((await startDouble(['down'], { cwd }).ended).stdout).toBe('no environment is up here\n');
  });

  /** Of several that begin at once, the one that is up, and what the others say. */
  const startAtOnce = async (): Promise<{ readonly winner: Running; readonly others: readonly string[] }> => {
    const all = [1, 2, 3].map(() => startDouble(['up'], { cwd }));
    const isUp = (run: Running): boolean => run.stdout().includes('Up until Ctrl-C');
    const hasLost = (run: Running): boolean => run.stderr().includes('kept by');
    await vi.waitFor(() => expect(all.filter((run) => isUp(run) || hasLost(run))).toHaveLength(3), UNTIL);
    const winners = all.filter(isUp);
    expect(winners).toHaveLength(1);
    const others = await Promise.all(all.filter((run) => !isUp(run)).map((run) => run.ended));
    return { winner: winners[0]!, others: others.map(({ stderr }) => stderr) };
  };

  it('of several at once one wins and the others say which, also after one that was killed; down needs no note', async () => {
    const first = await startAtOnce();
    const keeping = (run: Running): string => `kept by process ${run.child.pid}`;
    for (const said of first.others) expect(said).toContain(keeping(first.winner));
    first.winner.child.kill('SIGKILL');
    await first.winner.ended;

    const { winner, others } = await startAtOnce();
    for (const said of others) expect(said).toContain(keeping(winner));
    if (process.platform === 'linux') rmSync(join(cwd, '.faultline'), { recursive: true });
    if (process.platform === 'linux')
      expect((await startDouble(['up'], { cwd }).ended).stderr).toContain(keeping(winner));
    expect((await startDouble(['down'], { cwd }).ended).stdout).toContain(`ended process ${winner.child.pid}`);
    expect((await winner.ended).code).toBe(0);
  });
});
