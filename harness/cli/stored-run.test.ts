/** `faultline judge` and `faultline replay`. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PATIENCE, useDouble } from './testing/double-bench.ts';

const { cwd, faultline } = useDouble('stored-run');

describe('stored runs', PATIENCE, () => {
  it('are judged again and replayed, saying whether the verdict is the same', async () => {
    await faultline(['run', 'worker-down', '--seed', '7', '--out', 'stored'], { 'worker-down': { outcome: 'failed' } });
    const folder = 'stored/2026-11-23T14-00-00-001-worker-down';
    const same = await faultline(['judge', folder], { 'worker-down': { outcome: 'failed' } });
    expect(same.code).toBe(1);
    expect(same.stdout).toContain('the same verdict as stored: failed');
    expect(same.log).toEqual([]);
    appendFileSync(join(cwd, folder, 'history.ndjson'), 'half a li');
    const broken = await faultline(['judge', folder]);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(/cannot read the history .*history.ndjson: line 4: not JSON: half a li\n/);
  });

  it('that are judged otherwise now say in what', async () => {
    await faultline(['run', 'worker-down', '--seed', '7', '--out', 'other'], { 'worker-down': { outcome: 'failed' } });
    const folder = 'other/2026-11-23T14-00-00-001-worker-down';
    const other = await faultline(['judge', folder]);
    expect(other.code).toBe(0);
    expect(other.stdout).toContain('verdict: was failed, now passed');
    expect(other.stdout).toContain('purchase-gets-allocation: was violated, now holds');

    const replayed = await faultline(['replay', folder]);
    expect(replayed.log).toContain('begin worker-down 7');
    expect(replayed.log.at(-1)).toBe('closed');
    expect(replayed.stdout).toContain('not the stored verdict:');
    expect(replayed.code).toBe(0);
  });
});
