/** The embedded environment for other users, and in places that not everybody can reach. */
import { chmodSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { startPostgres } from '../../harness/environment/embedded/postgres.ts';
import { makePremises } from '../../harness/environment/embedded/premises.ts';
import { reachableBy } from '../../harness/environment/embedded/unprivileged.ts';
import { ensureSetup } from '../../harness/environment/setup/setup.ts';
import { SETUP_MS, cacheDir, foldersOf, options } from '../support/embedded.ts';
import { startChild } from '../support/environment-process.ts';
import { descendantsOf, leftAfter, survivorsOf } from '../support/processes.ts';

const isRoot = process.getuid?.() === 0;

beforeAll(() => ensureSetup(options), SETUP_MS);

describe('users and places', () => {
  let work: string;
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it.runIf(isRoot)('works as an ordinary user, from a cache that somebody else made', async () => {
    const nobody = { name: 'nobody', uid: 65534, gid: 65534 };
    chmodSync(work, 0o755);
    let root = packageRoot;
    if (!reachableBy(nobody, packageRoot)) {
      root = join(work, 'checkout');
      for (const name of ['harness', 'test', 'node_modules', 'package.json', 'pom.xml', 'tsconfig.json'])
        cpSync(join(packageRoot, name), join(root, name), { recursive: true, verbatimSymlinks: true });
    }
    const cache = root === packageRoot ? cacheDir : join(root, '.faultline');
    if (cache !== cacheDir)
      cpSync(cacheDir, cache, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    if (cache !== cacheDir) await ensureSetup({ ...options, cacheDir: cache });
    const started = await startChild(root, cache, nobody);
    const tree = descendantsOf(started.pid);
    expect(statSync(foldersOf(started.pid)[0] ?? '').uid).toBe(nobody.uid);
    started.process.kill('SIGKILL');
    expect(await leftAfter(() => survivorsOf(tree))).toEqual([]);
    expect(await leftAfter(() => foldersOf(started.pid))).toEqual([]);
  });

  it.runIf(isRoot)("works where PostgreSQL's user cannot reach the cache", async () => {
    const { postgres } = await ensureSetup(options);
    const closed = mkdtempSync(join(work, 'closed-'));
    const home = join(closed, 'programs');
    cpSync(postgres.home, home, { recursive: true, verbatimSymlinks: true });
    expect(reachableBy({ name: 'nobody', uid: 65534, gid: 65534 }, home)).toBe(false);
    const premises = makePremises(process.env);
    try {
      const { version } = await startPostgres({ ...postgres, home }, premises.context);
      expect(version).toMatch(/^18\./);
    } finally {
      await premises.end();
    }
  });
});
