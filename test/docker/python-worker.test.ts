/**
 * The example of a worker in Python, as its README says. Not in `npm test`: its packages need Python's pip.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { faultline } from '../support/cli.ts';
import { installPython } from './support/python.ts';

const example = join(packageRoot, 'examples/python-worker');
const packages = mkdtempSync(join(tmpdir(), 'faultline-python-'));
afterAll(() => rmSync(packages, { recursive: true, force: true }));

beforeAll(() => installPython(join(example, 'requirements.txt'), packages));

it('is a worker like any other: started, stopped, given poison and a failing API', async () => {
  const names = ['healthy', 'worker-down', 'poison-event', 'api-fails-then-recovers', 'worker-terminated-mid-call'];
  const args = ['run', ...names, '--workers', join(example, 'faultline.config.ts')];
  const { code, stdout, stderr } = await faultline(args, { env: { PYTHONPATH: packages } });
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain('PASSED: all 5 trials');
});
