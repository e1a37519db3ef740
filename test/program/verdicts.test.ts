/**
 * What the table in docs/scenarios.md says of two editions, by running them in the scenarios that tell them apart, and in some that
 * do not. All of it: npm run test:campaigns.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { EXIT } from '../../harness/base/errors.ts';
import { faultline, projectWith } from '../support/cli.ts';
import { MARKS, inPage, namesIn, saidBy } from '../support/editions-table.ts';
import { readJson, rowOf, violatedIn } from '../support/run-output.ts';

const PLAYED = ['healthy', 'worker-down', 'topic-missing', 'api-silent-failure', 'guard-marked-early', 'api-hangs'];
const { table } = inPage();

const CODES = { incident: EXIT.failed, hardened: EXIT.ok } as const;

describe.concurrent.each(['incident', 'hardened'] as const)('%s', (edition) => {
  test('comes to what the table says, with the causes named', { timeout: 240_000 }, async ({ expect: expected }) => {
    const cwd = projectWith({});
    const run = ['run', ...PLAYED, '--workers', edition, '--seed', '5', '--json', 'run.json'];
    const { code, stdout, stderr } = await faultline(run, { cwd, timeoutMs: 220_000 });
    expected(code, stdout + stderr).toBe(CODES[edition]);
    const { scenarios } = readJson(join(cwd, 'run.json'));
    expected(Object.fromEntries(scenarios.map(({ name, verdict }) => [name, MARKS[verdict]])), stdout).toEqual(
      Object.fromEntries(PLAYED.map((name) => [name, saidBy(table)(edition, name)])),
    );
    if (edition === 'hardened') return;
    const silent = rowOf({ scenarios }, 'api-silent-failure');
    expected(silent.during.causes.map(({ id }) => id)).toEqual(['guard-marked-without-allocation', 'api-failing']);
    expected(violatedIn(silent)).toContain('mark-follows-effect');
    const guard = rowOf({ scenarios }, 'guard-marked-early');
    expected(guard.during.causes.map(({ id }) => id)).toEqual(['guard-marked-without-allocation']);
  });
});

test('the table has every scenario', () => {
  const files = readdirSync(join(packageRoot, 'scenarios')).flatMap((name) => /^([\w-]+)\.ts$/.exec(name)?.[1] ?? []);
  expect(namesIn(table)).toEqual(files.sort());
});
