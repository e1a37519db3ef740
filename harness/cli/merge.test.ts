import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PATIENCE } from './testing/double-bench.ts';
import { NAMES, ORDERS, SHARD_1, SHARD_2, useShards } from './testing/merge-bench.ts';
import { readReportTrials } from '../run/report-trials.ts';
import { EVIL, EVIL_HISTORY, evilResult, xmlProblem } from './testing/hostile-shard.ts';
import { testRefusals } from './testing/merge-refusals.ts';

const HARMFUL = /[\0-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/;

const bench = useShards();
const { cwd, faultline, here, changed, read } = bench;

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
      /\| worker-down \| ✗ failed \| 1 purchase-gets-allocation\/allocation-worker\/no-allocation<br>2 causes\/unexpected\/api-failing<br>cause 1: api-failing \| 7 \| 10 ms \|/,
    );
    expect(summary).toContain('| worker-hung | ? unknown, then ✓ passed |  | 7 |');
  });

  it.each([
    ['embedded', ''],
    ['docker', ' --env docker'],
    ['external', ' --env external'],
  ])('that ran in the environment %s are replayed in it%s', async (mode, options) => {
    const there = changed([SHARD_1, SHARD_2], ({ environment, ...rest }) => ({
      ...rest,
      environment: { ...environment, mode },
    }));
    const { code, stdout } = await here(['merge', there]);
    expect(code).toBe(1);
    expect(stdout).toContain(`Replay    npx faultline run worker-down --seed 7 --workers hardened${options}\n`);
  });

  it('believe no run folder behind a link', () => {
    const folder = changed([], (document) => document);
    const { runDir } = read(`whole/${SHARD_1}`).results[0]!.result;
    const own = join(cwd, folder, 'shard-1', runDir);
    const history = (): string | undefined =>
      readReportTrials(cwd, [folder], () => '')
        .find(({ result }) => result.runDir === own)
        ?.recorded()
        .text();
    expect(history()).toContain('trial.started');
    // As one that says nothing of it: the name is looked for beside the shard as well.
    renameSync(own, join(cwd, 'private'));
    mkdirSync(join(cwd, folder, 'other'));
    symlinkSync(join(cwd, 'private'), join(cwd, folder, 'other', basename(runDir)));
    expect(history()).toBeUndefined();
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
    expect(stdout).toMatch(/^::error title=[^,:]*::/m);
    const junit = readFileSync(join(cwd, 'all.xml'), 'utf8');
    expect(junit).toContain('tests="5" failures="1"');
    expect(junit).toMatch(/<system-out>\s*attempt 1 of the same seed: unknown[^]*attempt 2 of the same seed: passed/);
    expect(Object.keys(JSON.parse(readFileSync(join(cwd, 'new/durations.json'), 'utf8')) as object)).toHaveLength(5);
  });

  it('say what workers wrote wherever it is asked for, and it stays text in all of it', async () => {
    const workers = { name: 'hardened', note: EVIL };
    const folder = changed([SHARD_1, SHARD_2], (document) => ({
      ...document,
      workers,
      notApplicable: [{ name: EVIL, reason: EVIL }],
      results: document.results.map(({ label, result }) => ({ label, result: evilResult(result) })),
    }));
    for (const { result } of read(`${folder}/${SHARD_1}`).results.concat(read(`${folder}/${SHARD_2}`).results))
      for (const shard of ['shard-1', 'shard-2']) {
        const file = join(cwd, folder, shard, result.runDir, 'history.ndjson');
        if (existsSync(file)) writeFileSync(file, EVIL_HISTORY);
      }
    const reporters = ['list', 'github', 'junit=all.xml', 'json=vitest.json', 'ctrf=ctrf.json', 'html=page.html'];
    const { code, stdout, stderr } = await faultline([
      'merge',
      folder,
      ...reporters.flatMap((reporter) => ['--reporter', reporter]),
      ...['--json', 'evil.json', '--summary', 'evil.md', '--verbose'],
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const files = ['all.xml', 'vitest.json', 'ctrf.json', 'evil.json', 'evil.md', 'page.html'];
    const written = new Map([
      ['stdout', stdout],
      ...files.map((file) => [file, readFileSync(join(cwd, file), 'utf8')] as const),
    ]);
    for (const [name, text] of written) {
      expect([name, HARMFUL.exec(text)]).toEqual([name, null]);
      expect([name, text.split('\n').filter((line) => /^\s*(?:::error::|✓ forged)|##[\w-]*\[/.test(line))]).toEqual([
        name,
        [],
      ]);
      if (name.endsWith('.json')) expect(() => JSON.parse(text) as unknown).not.toThrow();
    }
    expect(xmlProblem(written.get('all.xml') ?? '')).toBeUndefined();
    expect(written.get('all.xml')).toContain('forged');
    expect(written.get('evil.md')).not.toMatch(/^~~~|@team|<x /m);
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

  it('with a history that is not as it was judged have no verdict', async () => {
    const folder = changed([], (document) => document);
    const { results } = read(`whole/${SHARD_1}`);
    const file = join(cwd, folder, 'shard-1', results[0]?.result.runDir ?? '', 'history.ndjson');
    const history = readFileSync(file, 'utf8');
    for (const [now, why] of [
      [history.slice(0, history.trimEnd().lastIndexOf('\n') + 1), 'event 3 is missing'],
      [history.replace('"at":', '"at":1'), 'something in the events 1 to 3 was changed'],
    ] as const) {
      writeFileSync(file, now);
      const { code, stdout, stderr } = await here(['merge', folder]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(why);
    }
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

// In a file of its own and in this one's run: the shards that both are about cost two processes.
describe('what is not the finished shards of one run', PATIENCE, () => testRefusals(bench));
