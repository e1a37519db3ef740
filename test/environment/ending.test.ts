/** What an embedded environment leaves behind when the harness ends, in whatever way. */
import { once } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { makePremises } from '../../harness/environment/embedded/premises.ts';
import { ensureSetup } from '../../harness/environment/setup/setup.ts';
import { SETUP_MS, answers, cacheDir, foldersOf, options } from '../support/embedded.ts';
import { startChild } from '../support/environment-process.ts';
import type { Started } from '../support/environment-process.ts';
import { descendantsOf, leftAfter, survivorsOf } from '../support/processes.ts';

beforeAll(() => ensureSetup(options), SETUP_MS);

describe('a harness that ends', () => {
  const nothingIsLeft = async ({ pid, addresses }: Started, tree: ReturnType<typeof descendantsOf>): Promise<void> => {
    expect(await leftAfter(() => survivorsOf(tree))).toEqual([]);
    expect(await leftAfter(() => foldersOf(pid))).toEqual([]);
    expect(await Promise.all(addresses.map(answers))).toEqual([false, false, false]);
  };

  /** A process of PostgreSQL: it hears no signal but KILL then, and is in no group but its own. */
  const standStill = (tree: ReturnType<typeof descendantsOf>): void => {
    const writer = tree.find(({ command }) => command.startsWith('postgres: walwriter'));
    process.kill(writer?.pid ?? 0, 'SIGSTOP');
  };

  it('by SIGKILL leaves nothing after 5 s, also of a server of which a process stands still', async () => {
    const started = await startChild(packageRoot, cacheDir);
    const tree = descendantsOf(started.pid);
    expect(tree.length).toBeGreaterThan(6);
    standStill(tree);
    started.process.kill('SIGKILL');
    await nothingIsLeft(started, tree);
  });

  it('by SIGKILL together with its reaper leaves no process, and its folder to the next start', async () => {
    const started = await startChild(packageRoot, cacheDir);
    const tree = descendantsOf(started.pid);
    const reaper = tree.find(({ command }) => command.startsWith('/bin/sh -c'));
    process.kill(reaper?.pid ?? 0, 'SIGKILL');
    started.process.kill('SIGKILL');
    expect(await leftAfter(() => survivorsOf(tree))).toEqual([]);
    // Other tests' starts sweep too.
    await makePremises(process.env).end();
    expect(foldersOf(started.pid)).toEqual([]);
  });

  it.each(['kill', 'stop'])('by itself after %s() leaves nothing, also of such a server', async (order) => {
    const started = await startChild(packageRoot, cacheDir);
    const tree = descendantsOf(started.pid);
    standStill(tree);
    started.process.stdin?.write(`${order}\n`);
    await once(started.process, 'exit');
    await nothingIsLeft(started, tree);
  });
});
