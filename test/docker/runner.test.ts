/** The runner's image as deploy/kubernetes uses it: built, two shards run in it, their results merged. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { startProgram } from '../support/cli.ts';

/** The image's first build installs everything. */
const PATIENCE_MS = 1_200_000;

it(
  'runs shards as an ordinary user with a read-only root, and merges them',
  { timeout: PATIENCE_MS + 60_000 },
  async () => {
    const script = join(packageRoot, 'scripts/docker/check-runner.sh');
    const { stdout, stderr, code } = await startProgram(['bash', script], { timeoutMs: PATIENCE_MS }).ended;
    expect(code, `${stdout}${stderr}`.slice(-4000)).toBe(0);
    expect(stdout).toContain("passed: the runner's image");
  },
);
