/** `faultline explain`, with a host that runs nothing. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PATIENCE, useDouble } from './testing/double-bench.ts';

const { cwd, faultline } = useDouble('explain');

const store = async (out: string, outcome: 'passed' | 'failed' | 'unknown'): Promise<string> => {
  await faultline(['run', 'worker-down', '--seed', '7', '--out', out], { 'worker-down': { outcome } });
  const [folder = ''] = readdirSync(join(cwd, out)).filter((name) => name.endsWith('-worker-down'));
  return join(out, folder);
};

describe('faultline explain', PATIENCE, () => {
  it('plays the scenario as it was, without its fault and with it healed at once, and says what that proves', async () => {
    const folder = await store('failed', 'failed');
    const { code, stdout, log } = await faultline(['explain', folder], {
      'worker-down': {
        outcome: ['failed', 'passed', 'failed', 'failed', 'passed', 'passed', 'failed', 'passed', 'failed'],
      },
    });
    expect(log.filter((line) => line.startsWith('begin'))).toHaveLength(9);
    expect(log.at(-1)).toBe('closed');
    expect(stdout).toContain('asked by 9 trials with 3 seeds');
    expect(stdout).toContain('FL114 purchase-gets-allocation/allocation-worker/no-allocation');
    expect(stdout).toContain('it came again in 3 of 3');
    expect(stdout).toMatch(/caused by +worker-stopped \(allocation-worker\)/);
    expect(stdout).toContain('it comes without the fault in 0 of 3, healed as soon as it struck in 2 of 3');
    expect(stdout).toContain('Not asked, as it speaks of the faults themselves: causes/unexpected/api-failing');
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, folder, 'explanation.json'), 'utf8'))).toMatchObject({
      version: 1,
      scenario: 'worker-down',
      seed: 7,
      findings: [{ code: 'FL114', proof: { faults: [{ involvement: 'caused by' }] } }],
    });
  });

  it('cannot tell where the trial comes out otherwise with each seed, and ends with 3', async () => {
    const folder = await store('flaky', 'failed');
    const { code, stdout } = await faultline(['explain', folder, '--json'], {
      'worker-down': { outcome: ['failed', 'passed', 'passed', 'passed'] },
    });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [{ proof: { again: { shown: 1, decided: 3, played: 3 }, faults: [{ involvement: 'cannot tell' }] } }],
    });
  });

  it('goes by a verdict that was taken back', async () => {
    const folder = await store('late', 'failed');
    const { code, stdout } = await faultline(['explain', folder, '--json'], {
      'worker-down': { outcome: ['failed', 'passed', 'failed', 'failed', 'passed', 'failed'], late: true },
    });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ findings: [{ proof: { again: { decided: 2, played: 3 } } }] });
  });

  it('starts nothing for a trial that passed or is unknown', async () => {
    for (const [outcome, code, says] of [
      ['passed', 0, 'worker-down passed: there is nothing to explain'],
      ['unknown', 3, 'worker-down is unknown, which accuses nobody: the fault api-behaviour did not fire'],
    ] as const) {
      const ended = await faultline(['explain', await store(outcome, outcome)]);
      expect(ended).toMatchObject({ code, log: [] });
      expect(ended.stdout).toContain(says);
    }
  });
});
