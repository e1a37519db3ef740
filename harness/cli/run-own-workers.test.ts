/** `faultline run` with the workers of another project. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE, useDouble } from './testing/double-bench.ts';
import { startDouble } from './testing/spawn.mjs';
import type { Ended } from './testing/spawn.mjs';

const { cwd } = useDouble('own-workers');

describe("another project's workers", PATIENCE, () => {
  const project = join(cwd, 'project');
  beforeAll(() => {
    mkdirSync(project);
    const worker = (role: string): string => `{ role: '${role}', command: ['node', 'worker.js'] }`;
    writeFileSync(
      join(project, 'faultline.config.mjs'),
      `export default { workers: { mine: { workers: [${worker('purchase-worker')}, ${worker('allocation-worker')}] } } };`,
    );
  });

  it('scenarios they cannot be put through are set aside when a glob matched, and refused by name', async () => {
    const inProject = (...args: readonly string[]): Promise<Ended> =>
      startDouble(['run', ...args], { cwd: project }).ended;
    const globbed = await inProject('group-*', 'healthy');
    expect(globbed.code).toBe(0);
    expect(globbed.stdout).toMatch(
      /not applicable: group-misconfigured: the allocation-worker of the workers mine has no /,
    );
    expect(globbed.stdout).toContain('PASSED: 1 trial');
    const named = await inProject('group-misconfigured', 'healthy');
    expect({ code: named.code, log: named.log }).toEqual({ code: 2, log: [] });
    expect(named.stderr).toContain('group-misconfigured is not applicable: the allocation-worker');
  });

  it('are taken by path, and the replay command names them so that it works from anywhere', async () => {
    const { code, stdout } = await startDouble(['run', 'healthy', '--workers', 'project/faultline.config.mjs'], {
      cwd,
      orders: { scenarios: { healthy: { outcome: 'failed' } } },
    }).ended;
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /Replay {4}npx faultline run healthy --seed \d+ --workers \/\S*project\/faultline.config.mjs#mine\n/,
    );
  });

  it('bring their scenarios, which `list --workers` shows too', async () => {
    const scenarios = join(project, 'scenarios');
    mkdirSync(scenarios);
    const data = {
      name: 'ours-alone',
      title: 'One of the other project.',
      tags: [],
      given: { subjects: { ada: {} } },
      faults: [],
      act: [{ do: 'pay', subjects: ['ada'] }],
      during: [{ when: { always: true }, causes: [] }],
    };
    writeFileSync(join(scenarios, 'ours.mjs'), `export const scenario = ${JSON.stringify(data)};`);
    const config = join(project, 'faultline.config.mjs');
    writeFileSync(config, readFileSync(config, 'utf8').replace('workers: {', "scenarios: ['scenarios'], workers: {"));
    const args = ['--workers', 'project/faultline.config.mjs'] as const;
    const ran = await startDouble(
      ['run', 'ours-*', ...args, '--patience', '3s', '--settle-deadline', '2m', '--wait-out'],
      {
        cwd,
        orders: { scenarios: { 'ours-alone': { outcome: 'failed' } } },
      },
    ).ended;
    expect(ran.code, ran.stderr).toBe(1);
    expect(ran.log).toContain('opened patience 3000 settle 120000');
    expect(ran.stdout).toMatch(/Replay .*#mine --patience 3000ms --settle-deadline 120000ms --wait-out\n/);
    expect((await startDouble(['list', ...args], { cwd }).ended).stdout).toContain('ours-alone');
    expect((await startDouble(['list'], { cwd }).ended).stdout).not.toContain('ours-alone');
  });
});
