import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NotSetUp, cached, discardAbandoned } from './cache.ts';

let cacheDir: string;
beforeEach(() => {
  cacheDir = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-cache-')));
});
afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));

const unfinished = (): string[] => {
  const folder = join(cacheDir, 'unfinished');
  return existsSync(folder) ? readdirSync(folder) : [];
};

const build = async (folder: string): Promise<void> => writeFile(join(folder, 'file'), 'whole');

it('builds once', async () => {
  let built = 0;
  const once_ = (): Promise<string> =>
    cached({ cacheDir }, 'thing-1', async (folder) => {
      built++;
      await build(folder);
    });
  expect(await once_()).toBe(join(cacheDir, 'thing-1'));
  expect(await once_()).toBe(join(cacheDir, 'thing-1'));
  expect(built).toBe(1);
  expect(unfinished()).toEqual([]);
});

it('gives the same path by whatever way the cache is reached', async () => {
  const path = await cached({ cacheDir }, 'thing-1', build);
  mkdirSync(join(cacheDir, 'other'));
  symlinkSync(path, join(cacheDir, 'other', 'thing-1'));
  expect(await cached({ cacheDir: join(cacheDir, 'other') }, 'thing-1', build)).toBe(path);
});

it('leaves nothing of a build that failed', async () => {
  const failing = cached({ cacheDir }, 'thing-1', async (folder) => {
    await writeFile(join(folder, 'file'), 'ha');
    throw new Error('no network');
  });
  await expect(failing).rejects.toThrow('no network');
  expect(existsSync(join(cacheDir, 'thing-1'))).toBe(false);
  expect(unfinished()).toEqual([]);
});

it('does not take what a killed set-up left half done for whole', async () => {
  const script = `
    import { cached } from ${JSON.stringify(fileURLToPath(new URL('./cache.ts', import.meta.url)))};
    import { writeFileSync } from 'node:fs';
    void cached({ cacheDir: ${JSON.stringify(cacheDir)} }, 'thing-1', async (folder) => {
      writeFileSync(folder + '/file', 'ha');
      console.log('half done');
      await new Promise((resolve) => setTimeout(resolve, 60000));
    });`;
  const file = join(cacheDir, 'child.ts');
  writeFileSync(file, script);
  const child = spawn(process.execPath, ['--import', 'jiti/register', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(join(cacheDir, 'thing-1'))).toBe(false);
  const left = unfinished().filter((name) => !name.endsWith('.lock'));
  expect(left).toHaveLength(1);

  const folder = await cached({ cacheDir }, 'thing-1', build);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('whole');

  // Young: another set-up may be at it. Old: nobody is.
  await discardAbandoned(cacheDir, Date.now());
  expect(unfinished()).toEqual(left);
  const hoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  utimesSync(join(cacheDir, 'unfinished', left[0] ?? ''), hoursAgo, hoursAgo);
  await discardAbandoned(cacheDir, Date.now());
  expect(unfinished()).toEqual([]);
});

it('is built once when two want it at once', async () => {
  let built = 0;
  const slowly = async (folder: string): Promise<void> => {
    built++;
    await pause(150);
    await build(folder);
  };
  const folders = await Promise.all([cached({ cacheDir }, 'thing-1', slowly), cached({ cacheDir }, 'thing-1', slowly)]);
  expect(built).toBe(1);
  expect(new Set(folders)).toEqual(new Set([join(cacheDir, 'thing-1')]));
  expect(unfinished()).toEqual([]);
});

it('is tried by the second when the first fails', async () => {
  let beginning = (): void => undefined;
  const begun = new Promise<void>((resolve) => (beginning = resolve));
  const failing = cached({ cacheDir }, 'thing-1', async () => {
    beginning();
    await pause(150);
    throw new Error('no network');
  });
  // Only then the other one is the second.
  await begun;
  const [first, second] = await Promise.allSettled([failing, cached({ cacheDir }, 'thing-1', build)]);
  expect(first.status).toBe('rejected');
  expect(second).toEqual({ status: 'fulfilled', value: join(cacheDir, 'thing-1') });
});

it('keeps what another finished first', async () => {
  const folder = await cached({ cacheDir }, 'thing-1', async (own) => {
    await build(own);
    mkdirSync(join(cacheDir, 'thing-1'));
    writeFileSync(join(cacheDir, 'thing-1', 'file'), 'of the other');
  });
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('of the other');
  expect(unfinished()).toEqual([]);
});

it('builds nothing when it is only to look', async () => {
  await expect(cached({ cacheDir, onlyLook: true }, 'thing-1', build)).rejects.toThrow(NotSetUp);
  await cached({ cacheDir }, 'thing-1', build);
  expect(await cached({ cacheDir, onlyLook: true }, 'thing-1', build)).toBe(join(cacheDir, 'thing-1'));
});

it('names a cache folder that cannot be made', async () => {
  const file = join(cacheDir, 'file');
  writeFileSync(file, '');
  await expect(cached({ cacheDir: join(file, 'cache') }, 'thing-1', build)).rejects.toThrow(
    `${join(file, 'cache')} cannot be written (ENOTDIR)`,
  );
});
