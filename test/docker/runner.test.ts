/** The runner's image as deploy/kubernetes uses it: built, two shards run in it, their results merged. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';

it('runs shards as an ordinary user with a read-only root, and merges them', { timeout: 1_200_000 }, () => {
  const { stdout, stderr, status } = spawnSync('bash', [join(packageRoot, 'scripts/docker/check-runner.sh')], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(status, `${stdout}${stderr}`.slice(-4000)).toBe(0);
  expect(stdout).toContain("passed: the runner's image");
});
