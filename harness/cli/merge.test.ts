import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShardDocument } from '../reporters/shard-file.ts';
import type { Parts } from './parts.ts';
import { runProgram } from './program.ts';
import { startDouble } from './testing/spawn.mjs';
import type { Ended, ScenarioOrder } from './testing/spawn.mjs';

// Every test is a process: node and vitest's import, on a machine that may be busy.
const PATIENCE = { timeout: 60_000 };

const cwd = mkdtempSync(join(tmpdir(), 'faultline-merge-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const faultline = (args: readonly string[], scenarios: Readonly<Record<string, ScenarioOrder>> = {}): Promise<Ended> =>
  startDouble(args, { cwd, orders: { scenarios } }).ended;

const NAMES = ['healthy', 'no-trainer-free', 'worker-*'];
const ORDERS: Readonly<Record<string, ScenarioOrder>> = {
  'worker-down': { outcome: 'failed' },
  'worker-hung': { outcome: ['unknown', 'passed'] },
};

const read = (file: string): ShardDocument => JSON.parse(readFileSync(join(cwd, file), 'utf8')) as ShardDocument;

/** A copy of the two whole shards, with one of the documents changed. */
let copies = 0;
const changed = (file: string, change: (document: ShardDocument) => unknown): string => {
  const folder = `copy-${++copies}`;
  cpSync(join(cwd, 'whole'), join(cwd, folder), { recursive: true });
  writeFileSync(join(cwd, folder, file), JSON.stringify(change(read(`whole/${file}`))));
  return folder;
};

const SHARD_1 = 'shard-1/shard-1-of-2.json';
const SHARD_2 = 'shard-2/shard-2-of-2.json';

beforeAll(async () => {
  for (const index of [1, 2]) {
    const shard = ['--shard', `${index}/2`, '--seed', '7', '--out', `whole/shard-${index}`];
    const { code, stderr } = await faultline(['run', ...NAMES, ...shard], ORDERS);
    expect([0, 1], stderr).toContain(code);
  }
}, 120_000);

describe('the shards of a run', PATIENCE, () => {
  it('are merged into one verdict with the exit code, the lines and the JSON of a run', async () => {
    const whole = await faultline(['run', ...NAMES, '--seed', '7', '--json', 'whole.json', '--out', 'runs'], ORDERS);
    const merged = await faultline(['merge', 'whole', '--json', 'merged.json', '--summary', 'summary.md']);
    expect(merged.code).toBe(whole.code);
    expect(merged.log).toEqual([]);
    expect(merged.stdout).toMatch(/^2 shards, workers hardened \(.*\), seed 7\n/);

    const lines = (text: string): string[] =>
      text.split('\n').filter((line) => /^[✓✗?] |^(FAILED|run again):/.test(line));
    expect(lines(merged.stdout)).toEqual(lines(whole.stdout));
    expect(lines(merged.stdout)).toContain(
      'run again: worker-hung: unknown (the fault api-behaviour did not fire), then passed',
    );
    expect(merged.stdout).toContain('Replay    npx faultline run worker-down --seed 7 --workers hardened');
    expect(merged.stdout).toContain('Timeline of ada');

    const json = (file: string): string =>
      readFileSync(join(cwd, file), 'utf8')
        .replaceAll(/"runDir": ".*?-\d\d\d-/g, '"runDir": "')
        .replace(/"durationMs": \d+/, '"durationMs": 0');
    expect(json('merged.json')).toBe(json('whole.json'));

    const summary = readFileSync(join(cwd, 'summary.md'), 'utf8');
    expect(summary).toMatch(/^### FAILED: 1 of 5 trials: worker-down\n/);
    expect(summary).toMatch(
      /\| worker-down \| ✗ failed \| purchase-gets-allocation: .*cause 1: api-failing \| 7 \| 10 ms \|/,
    );
    expect(summary).toContain('| worker-hung | ? unknown, then ✓ passed |  | 7 |');
  });

  it('are told by vitest as those of a run', async () => {
    const { code, stdout } = await faultline([
      'merge',
      'whole/shard-2',
      'whole/shard-1',
      '--reporter',
      'github',
      '--reporter',
      'junit=all.xml',
      '--durations',
      'new/durations.json',
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/::error file=[^,]*scenarios\/worker-down\.ts,title=[^,]*,line=3,/);
    const junit = readFileSync(join(cwd, 'all.xml'), 'utf8');
    expect(junit).toContain('tests="5" failures="1"');
    expect(junit).toMatch(/<system-out>\s*attempt 1 of the same seed: unknown[^]*attempt 2 of the same seed: passed/);
    expect(Object.keys(JSON.parse(readFileSync(join(cwd, 'new/durations.json'), 'utf8')) as object)).toHaveLength(5);
  });

  it('may lie in one folder, and a shard without scenarios is one', async () => {
    for (const index of [3, 1, 2]) {
      const args = ['run', 'healthy', 'worker-down', '--shard', `${index}/3`, '--out', 'three', '--reporter', 'junit'];
      const { code, log, stdout, stderr } = await faultline(args);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^<\?xml/);
      expect(log.length === 0).toBe(index === 3);
      expect(stderr.includes('PASSED: there was nothing to run in this shard')).toBe(index === 3);
    }
    const { code, stdout } = await faultline(['merge', 'three']);
    expect(code).toBe(0);
    expect(stdout).toContain('3 shards (1 with nothing to run)');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('PASSED: all 2 trials');
  });

  it('without the run folders still have their verdict', async () => {
    mkdirSync(join(cwd, 'bare'));
    for (const file of [SHARD_1, SHARD_2])
      cpSync(join(cwd, 'whole', file), join(cwd, 'bare', file.split('/')[1] ?? ''));
    const { code, stdout } = await faultline(['merge', 'bare']);
    expect(code).toBe(1);
    expect(stdout).toContain('FAILED: 1 of 5 trials: worker-down');
  });

  it('end with 3 when nothing failed and a second attempt was unknown too', async () => {
    const args = ['run', 'worker-hung', '--shard', '1/1', '--out', 'undecided'];
    const ended = await faultline(args, { 'worker-hung': { outcome: 'unknown' } });
    expect(ended.code).toBe(3);
    expect(ended.log.filter((line) => line.startsWith('begin'))).toHaveLength(2);
    expect((await faultline(['merge', 'undecided'])).code).toBe(3);
  });
});

const started = (): never => {
  throw new Error('nothing may be started');
};

const capture = (): { readonly stream: Writable; text(): string } => {
  const chunks: string[] = [];
  const write = (chunk: unknown, _encoding: string, done: () => void): void => {
    chunks.push(String(chunk));
    done();
  };
  return { stream: new Writable({ write }), text: () => chunks.join('') };
};

describe('what is not the finished shards of one run', PATIENCE, () => {
  const refused = async (folders: readonly string[], message: RegExp): Promise<void> => {
    rmSync(join(cwd, 'refused.md'), { force: true });
    const [stdout, stderr] = [capture(), capture()];
    const code = await runProgram(['merge', ...folders, '--summary', 'refused.md', '--json', 'refused.json'], {
      io: { stdout: stdout.stream, stderr: stderr.stream, env: {}, cwd },
      parts: new Proxy({}, { get: () => started }) as Parts,
      signals: { on: started, off: started },
      exitNow: started,
      random: () => 0.5,
      clock: () => 0,
    });
    expect({ code, stdout: stdout.text() }).toEqual({ code: 2, stdout: '' });
    expect(stderr.text()).toMatch(message);
    expect(stderr.text()).not.toContain('    at ');
    expect(readFileSync(join(cwd, 'refused.md'), 'utf8')).toMatch(/^### No verdict\n/);
    expect(existsSync(join(cwd, 'refused.json'))).toBe(false);
  };

  it('a missing shard', () => refused(['whole/shard-1'], /2\/2 of the shards is missing/));
  it('a shard given twice', () => refused(['whole', 'whole/shard-1'], /the shard 1\/2 is there 2 times: \S+, \S+/));
  it('no folder, and a folder without shards', async () => {
    await refused(['nowhere'], /there is no folder \S+nowhere/);
    mkdirSync(join(cwd, 'empty'));
    await refused(['empty'], /there are no shard's results in \S+empty/);
  });

  it.each<[string, string, (document: ShardDocument) => unknown, RegExp]>([
    [
      'of another number',
      SHARD_1,
      (d) => ({ ...d, shard: { index: 1, count: 3 } }),
      /the number of shards is not the same in all shards: 3 in 1\/3; 2 in 2\/2/,
    ],
    [
      'of another version',
      SHARD_1,
      (d) => ({ ...d, faultline: '9.9.9' }),
      /Faultline's version is not the same in all shards: 9\.9\.9 in 1\/2/,
    ],
    [
      'with other workers',
      SHARD_2,
      (d) => ({ ...d, workers: { name: 'incident' } }),
      /the workers is not the same in all shards/,
    ],
    [
      'in another environment',
      SHARD_2,
      (d) => ({ ...d, environment: { ...d.environment, kafka: '3.9.0' } }),
      /the environment is not the same/,
    ],
    [
      'of other scenarios',
      SHARD_2,
      (d) => ({ ...d, selection: { ...d.selection, healthy: 'x' } }),
      /are of different scenarios: healthy/,
    ],
    [
      'that divided otherwise',
      SHARD_2,
      (d) => ({
        ...d,
        planned: [...d.planned, ...read(`whole/${SHARD_1}`).planned.slice(0, 1)],
        results: [...d.results, ...read(`whole/${SHARD_1}`).results.slice(0, 1)],
      }),
      / is in the shards 1\/2 and 2\/2: every shard must divide by the same recorded durations/,
    ],
    [
      'that leaves a scenario out',
      SHARD_2,
      (d) => ({ ...d, planned: d.planned.slice(1), results: d.results.slice(1) }),
      /is in no shard/,
    ],
    [
      'that was killed',
      SHARD_1,
      (d) => ({ ...d, exitCode: null }),
      /the shard 1\/2 has not finished: it has \d of \d results/,
    ],
    [
      'whose environment did not start',
      SHARD_1,
      (d) => ({ ...d, exitCode: 4, results: [] }),
      /the shard 1\/2 ended with exit code 4 \(the environment did not start\)/,
    ],
    [
      'that lacks a result',
      SHARD_1,
      (d) => ({ ...d, results: d.results.slice(1) }),
      /the shard 1\/2 did not run healthy/,
    ],
    [
      'whose results are of another seed',
      SHARD_1,
      (d) => ({ ...d, results: d.results.map((r) => ({ ...r, result: { ...r.result, seed: 8 } })) }),
      /are not those of its trials/,
    ],
    [
      'whose results say otherwise',
      SHARD_1,
      (d) => ({ ...d, exitCode: 3 }),
      /says exit code 3, and its results make [01]/,
    ],
    ['of another format', SHARD_1, (d) => ({ ...d, version: 2 }), /cannot read the shard's results \S+: version: /],
    [
      'with a verdict nobody knows',
      SHARD_1,
      (d) => ({
        ...d,
        results: d.results.map((r) => ({
          ...r,
          result: { ...r.result, verdict: { ...r.result.verdict, outcome: 'green' } },
        })),
      }),
      /results\.0\.result\.verdict\.outcome: /,
    ],
  ])('a shard %s', (_what, file, change, message) => refused([changed(file, change)], message));

  it('half a file', () => {
    const folder = changed(SHARD_1, (d) => d);
    writeFileSync(join(cwd, folder, SHARD_1), readFileSync(join(cwd, folder, SHARD_1), 'utf8').slice(0, -40));
    return refused([folder], /it is not JSON/);
  });

  it('a shard that ended with an error, bailed out, or could not start', async () => {
    const shard = (out: string): string[] => ['run', 'healthy', 'worker-down', '--shard', '1/1', '--out', out];
    await faultline(shard('bug'), { healthy: { throws: 'bug' } });
    await refused(['bug'], /ended with exit code 70 \(a bug in Faultline\)/);
    await faultline([...shard('bailed'), '--bail'], { healthy: { outcome: 'failed' } });
    await refused(['bailed'], /the shard 1\/1 did not run worker-down/);
    await startDouble(shard('closed'), { cwd, orders: { open: 'fails' } }).ended;
    await refused(['closed'], /ended with exit code 4/);
    expect(readdirSync(join(cwd, 'closed'))).toEqual(['shard-1-of-1.json']);
  });
});
