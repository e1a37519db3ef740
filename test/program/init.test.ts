/** `faultline init`, where there is no room for what it writes, and where it says more than what it wrote. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { faultline, projectWith, startProgram } from '../support/cli.ts';
import type { Ended } from '../support/cli.ts';

/** As where the disk is full: no file grows beyond this many KiB. */
const initWithin = (cwd: string, kib: number): Promise<Ended> => {
  const main = join(packageRoot, 'dist/harness/cli/main.js');
  const limited = `ulimit -f ${kib} && exec "$@"`;
  return startProgram(['bash', '-c', limited, 'bash', process.execPath, main, 'init', '--pipeline', 'own'], { cwd })
    .ended;
};

describe('where a file cannot be written whole', () => {
  it('leaves nothing of one that is made', async () => {
    const cwd = projectWith({});
    const { code, stderr } = await initWithin(cwd, 2);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/cannot write to .*EFBIG.*\n.*Nothing was written\./)]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('takes back all that was made and changed when the last one cannot be added to', async () => {
    // More than is written to see whether there is room.
    const manifest = JSON.stringify({ description: 'x'.repeat(90 * 1024) });
    const cwd = projectWith({ 'package.json': manifest, '.gitignore': '.env\n' });
    const { code, stderr } = await initWithin(cwd, 80);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/cannot write .*package\.json.*EFBIG.*\n.*Nothing was written\./),
    ]);
    expect(readdirSync(cwd).toSorted()).toEqual(['.gitignore', 'package.json']);
    expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toBe('.env\n');
    expect(readFileSync(join(cwd, 'package.json'), 'utf8')).toBe(manifest);
  });
});

it('says of a CI file that nobody would read where it is to be', async () => {
  const cwd = projectWith({ '.git': 'gitdir: elsewhere', 'tests/a.ts': '' });
  const below = await faultline(['init', 'chaos'], { cwd: join(cwd, 'tests') });
  expect(below.stdout).toContain(
    "\nchaos/.github/workflows/faultline.yml is read at the repository's root only: move it to ../.github/workflows/faultline.yml, and let its steps run in tests/chaos.\n",
  );
  expect(existsSync(join(cwd, 'tests/chaos/faultline.config.ts'))).toBe(true);
  const atRoot = await faultline(['init'], { cwd });
  expect([atRoot.code, atRoot.stdout]).toEqual([0, expect.not.stringContaining("the repository's root only")]);
});
