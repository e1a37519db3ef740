/** Two runs at once never meet: ports, folders, processes and caches are each one's own, or can be shared. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faultline, projectWith } from '../support/cli.ts';
import type { Ended } from '../support/cli.ts';
import { eventsIn, eventsOf, readJson } from '../support/run-output.ts';
import type { JsonDocument } from '../../harness/reporters/json-file.ts';

interface Run extends Ended {
  readonly json: JsonDocument;
}

const run = async (cwd: string, name: string): Promise<Run> => {
  const file = join(cwd, `${name}.json`);
  // The same seed in both: what one run's payment does must not be taken for the other's.
  const args = ['run', 'healthy', 'worker-down', '--seed', '7', '--out', `runs-${name}`, '--json', file];
  const ended = await faultline(args, { cwd });
  return { ...ended, json: readJson(file) };
};

it('two runs at once both pass, in processes of their own', { timeout: 180_000 }, async () => {
  const cwd = projectWith({});
  const both = await Promise.all([run(cwd, 'one'), run(cwd, 'two')]);
  for (const { code, stdout, stderr, json } of both) {
    expect(code, stdout + stderr).toBe(0);
    expect(json.totals).toEqual({ passed: 2, failed: 0, unknown: 0 });
  }
  const [one, two] = both.map(({ json }) =>
    json.scenarios.flatMap(({ runDir }) => eventsOf(eventsIn(runDir), 'process.started').map(({ pid }) => pid)),
  );
  expect(one?.length).toBeGreaterThan(1);
  expect(two?.filter((pid) => one?.includes(pid))).toEqual([]);
});
