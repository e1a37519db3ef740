import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PATIENCE, useDouble } from './testing/double-bench.ts';
import { startDouble } from './testing/spawn.mjs';

const { cwd, faultline } = useDouble('run');

interface Row {
  readonly name: string;
  readonly verdict: string;
}
const readJson = (name: string): { scenarios: Row[]; totals: unknown } =>
  JSON.parse(readFileSync(join(cwd, name), 'utf8')) as { scenarios: Row[]; totals: unknown };

describe('faultline run', PATIENCE, () => {
  it('passes with 0, one line a scenario, the seed at the start and the verdict at the end', async () => {
    const { code, stdout, log } = await faultline([
      'run',
      'worker-down',
      'healthy',
      '--seed',
      '7',
      '--json',
      'ok.json',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('seed 7');
    expect(stdout).toMatch(/✓ healthy .*\n✓ worker-down /);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('PASSED: all 2 trials');
    expect(log).toEqual([
      'opened',
      'begin healthy 7',
      'end healthy 7',
      'begin worker-down 7',
      'end worker-down 7',
      'closed',
    ]);
  });

  it('writes exactly the documented JSON', async () => {
    const json = ['run', 'api-silent-failure', '--seed', '7', '--json', 'deep/failed.json'];
    const { code } = await faultline(json, { 'api-silent-failure': { outcome: 'failed' } });
    expect(code).toBe(1);
    const ids = ['purchase-gets-allocation/allocation-worker/no-allocation', 'causes/unexpected/api-failing'];
    expect(readJson('deep/failed.json')).toEqual({
      version: 1,
      environment: { mode: 'embedded', kafka: '4.2.0', postgres: '18.4', startedInMs: 812 },
      workers: 'hardened',
      scenarios: [
        {
          name: 'api-silent-failure',
          verdict: 'failed',
          seed: 7,
          runDir: expect.stringMatching(/^\/.*-api-silent-failure$/) as string,
          during: { causes: [{ id: 'api-failing', rank: 1, evidence: [2, 3] }] },
          invariants: [
            {
              id: 'purchase-gets-allocation',
              verdict: 'violated',
              findings: [
                {
                  message: 'the purchase of ada has no allocation',
                  evidence: [3],
                  subject: 'ada',
                  worker: 'allocation-worker',
                  shape: 'no-allocation',
                },
              ],
            },
          ],
          faults: [{ kind: 'api-behaviour', fired: true }],
          findings: ids,
          timings: { prepareMs: 1, actMs: 2, settleMs: 3, judgeMs: 4, totalMs: 10 },
        },
      ],
      findings: ids.map((id, i) => ({
        id,
        message: ['the purchase of ada has no allocation', 'the cause api-failing is not expected'][i],
        state: 'new',
        scenarios: ['api-silent-failure'],
        open: ['api-silent-failure'],
        first: {
          scenario: 'api-silent-failure',
          seed: 7,
          runDir: expect.stringMatching(/-api-silent-failure$/) as string,
          replay: 'npx faultline run api-silent-failure --seed 7 --workers hardened',
        },
      })),
      totals: { passed: 0, failed: 1, unknown: 0 },
      durationMs: expect.any(Number) as number,
    });
  });

  it('ends with 1 when something failed, whatever else is unknown, and shows the failure', async () => {
    const { code, stdout } = await faultline(
      ['run', 'healthy', 'worker-down', 'worker-hung', 'worker-killed-mid-call', '--seed', '9'],
      {
        'worker-down': { outcome: 'failed' },
        'worker-hung': { outcome: 'unknown' },
      },
    );
    expect(code).toBe(1);
    expect(stdout).toContain('Replay    npx faultline run worker-down --seed 9 --workers hardened');
    expect(stdout).toContain('unknown: worker-hung: the fault api-behaviour did not fire');
    expect(stdout).toContain('2 passed, 1 failed, 1 unknown');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('FAILED: 1 of 4 trials: worker-down');
  });

  it('ends with 3 when nothing failed and something is unknown', async () => {
    const { code, stdout } = await faultline(['run', 'healthy'], { healthy: { outcome: 'unknown' } });
    expect(code).toBe(3);
    expect(stdout).toContain('What could not be decided');
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^UNKNOWN: nothing failed/);
  });

  it('ends with 4 when the environment does not start, with the way out and no stack', async () => {
    const { code, stderr, stdout } = await startDouble(['run', 'healthy'], { cwd, orders: { open: 'fails' } }).ended;
    expect(code).toBe(4);
    expect(stderr).toContain('error: Kafka did not answer\nRun `faultline doctor`.');
    expect(stderr).not.toContain('    at ');
    expect(stdout).toContain('INCOMPLETE: 0 passed, 1 not run');
  });

  it('says what keeps the environment from being started once, and begins no run', async () => {
    const { code, stderr, stdout, log } = await startDouble(['run', 'healthy'], { cwd, orders: { open: 'cannot' } })
      .ended;
    expect({ code, stdout, stderr, log }).toEqual({
      code: 4,
      stdout: '',
      stderr: 'error: no engine answers\nStart one.\n',
      log: [],
    });
  });

  it.each([
    ['environment', 4],
    ['worker', 2],
    ['bug', 70],
  ])('a %s error in a trial ends the run with %i, keeps a row and the JSON, and closes', async (throws, expected) => {
    const file = `${throws}.json`;
    const { code, stdout, stderr, log } = await faultline(
      ['run', 'healthy', 'worker-down', 'worker-hung', 'worker-killed-mid-call', '--json', file],
      {
        'worker-down': { throws },
      },
    );
    expect(code).toBe(expected);
    // One error, once, and where it was.
    const what = throws === 'bug' ? 'x is not a function' : 'it is gone';
    expect([stdout, stderr].map((text) => text.split(what).length - 1)).toEqual([0, 1]);
    expect(stdout).toContain('? worker-down  the run ended here with the error below');
    expect(stdout).toContain('unknown: worker-down: the run ended in it with the error below');
    expect(stderr.includes('a bug in Faultline:') && stderr.includes('    at ')).toBe(throws === 'bug');
    expect(readJson(file).scenarios.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['healthy', 'passed'],
      ['worker-down', 'unknown'],
    ]);
    expect(log.at(-1)).toBe('closed');
  });

  it('repeats with derived seeds, and --seed of a repeat is that trial', async () => {
    const { log, stdout } = await faultline(['run', 'healthy', '--seed', '7', '--repeat', '3']);
    const seeds = log.filter((line) => line.startsWith('begin')).map((line) => Number(line.split(' ')[2]));
    expect(seeds).toHaveLength(3);
    expect(seeds[0]).toBe(7);
    expect(new Set(seeds).size).toBe(3);
    expect(stdout).toContain('✓ healthy (2 of 3)');
    const again = await faultline(['run', 'healthy', '--seed', String(seeds[1])]);
    expect(again.log).toContain(`begin healthy ${seeds[1]}`);
  });

  it('--bail stops after the first that did not pass; --fresh reaches the host', async () => {
    const { code, log, stdout } = await faultline(
      ['run', 'worker-down', 'worker-hung', 'worker-killed-mid-call', '--bail', '--fresh'],
      {
        'worker-down': { outcome: 'failed' },
      },
    );
    expect(code).toBe(1);
    expect(log.filter((line) => line.startsWith('begin'))).toHaveLength(1);
    expect(log[0]).toBe('opened fresh');
    expect(stdout).toContain('not run: 2 trials: stopped after worker-down (--bail)');
  });

  it('two shards together run everything once', async () => {
    const ran = async (shard: string): Promise<string[]> => {
      const { code, log } = await faultline(['run', '--tag', 'api', '--shard', shard]);
      expect(code).toBe(0);
      return log.filter((line) => line.startsWith('end')).map((line) => line.split(' ')[1] ?? '');
    };
    const [first, second] = [await ran('1/2'), await ran('2/2')];
    const { stdout } = await faultline(['list', '--tag', 'api']);
    const listed = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect([...first, ...second].sort()).toEqual(listed.sort());
    expect(Math.abs(first.length - second.length)).toBeLessThanOrEqual(1);
  });

  it("gives vitest's JUnit the error's type, on standard output when nothing else is asked for", async () => {
    const { code, stdout, stderr } = await faultline(
      ['run', 'healthy', 'worker-down', 'worker-hung', 'worker-killed-mid-call', '--reporter', 'junit'],
      {
        'worker-down': { outcome: 'failed' },
        'worker-hung': { outcome: 'unknown' },
      },
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^<\?xml/);
    expect(stdout).toContain('tests="4" failures="2"');
    expect(stdout).toContain('type="ScenarioFailed"');
    expect(stdout).toContain('type="ScenarioUnknown"');
    expect(stdout).toContain('worker-down.ts:3:1');
    expect(stderr).toContain('FAILED: 1 of 4 trials');
  });

  it('annotates for GitHub at the scenario, beside a list, with JUnit in a file', async () => {
    const args = ['run', 'worker-down', '--reporter', 'list', '--reporter', 'github', '--reporter', 'junit'];
    const { stdout } = await faultline(args, { 'worker-down': { outcome: 'failed' } });
    // At no file: Faultline's own scenarios are none of the checkout's.
    expect(stdout).toMatch(/^::error title=[^,:]*::/m);
    expect(stdout).toContain('What broke');
    expect(readFileSync(join(cwd, 'runs', 'junit.xml'), 'utf8')).toContain('type="ScenarioFailed"');
  });

  it('remembers durations, and not in a shard', async () => {
    const file = join(cwd, '.faultline', 'durations.json');
    rmSync(file, { force: true });
    await faultline(['run', 'healthy', '--shard', '1/1']);
    expect(existsSync(file)).toBe(false);
    await faultline(['run', 'healthy']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ healthy: 10 });
  });
});
