/** Two runs at once never meet: ports, folders and processes are each one's own, the cache is shared. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectWith, startFaultline } from '../support/cli.ts';
import type { RunningCli } from '../support/cli.ts';
import { eventually } from '../support/processes.ts';
import { eventsIn, eventsOf, readJson, runFoldersIn } from '../support/run-output.ts';

it('two runs at once both pass, in processes of their own', { timeout: 240_000 }, async () => {
  const cwd = projectWith({});
  const start = (name: string, repeat: number): RunningCli => {
    // The same seed in both: what one run's payment does must not be taken for the other's.
    const args = ['run', 'healthy', 'worker-down', '--seed', '7', '--repeat', String(repeat)];
    return startFaultline([...args, '--out', `runs-${name}`, '--json', `${name}.json`], { cwd });
  };
  const one = start('one', 3);
  // The second starts, and tidies up after runs that are gone, while the first is in the middle of a trial.
  const begun = await eventually(() => runFoldersIn(join(cwd, 'runs-one')).length > 0, Boolean, 60_000);
  expect(begun, one.stdout() + one.stderr()).toBe(true);
  const two = start('two', 1);

  const pids: number[] = [];
  for (const [name, run, trials] of [
    ['one', one, 6],
    ['two', two, 2],
  ] as const) {
    const { code, stdout, stderr } = await run.ended;
    expect(code, stdout + stderr).toBe(0);
    const { totals, scenarios } = readJson(join(cwd, `${name}.json`));
    expect(totals).toEqual({ passed: trials, failed: 0, unknown: 0 });
    const own = scenarios.flatMap(({ runDir }) => eventsOf(eventsIn(runDir), 'process.started').map(({ pid }) => pid));
    expect(own.length).toBeGreaterThan(1);
    expect(own.filter((pid) => pids.includes(pid))).toEqual([]);
    pids.push(...own);
  }
});
