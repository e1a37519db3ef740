import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { thisProcess } from '../embedded/owner.ts';
import { unlessDoneByOther } from './lock.ts';

let folder: string;
let lock: string;
let worked: boolean;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-lock-'));
  lock = join(folder, 'thing.lock');
  worked = false;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const work = (): Promise<void> => {
  worked = true;
  return Promise.resolve();
};

const makeOld = (file: string): void => utimesSync(file, new Date(0), new Date(0));

const another = JSON.stringify({ ...thisProcess(), hostname: 'another' });

/** As another user's is for who is not root: here it is too long. */
const layUnreadable = (): void => writeFileSync(lock, another.padEnd(5000));

it('a lock that cannot be read is held by somebody while it is young', async () => {
  layUnreadable();
  let looks = 0;
  await unlessDoneByOther(lock, () => ++looks === 3, work);
  expect(worked).toBe(false);
  expect(existsSync(lock)).toBe(true);
});

it('an old one is removed', async () => {
  layUnreadable();
  makeOld(lock);
  await unlessDoneByOther(lock, () => false, work);
  expect(worked).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});

it('an old one that cannot be removed is named', async () => {
  mkdirSync(lock);
  makeOld(lock);
  await expect(unlessDoneByOther(lock, () => false, work)).rejects.toMatchObject({
    code: 'setup',
    message: expect.stringContaining(lock) as string,
  });
  expect(worked).toBe(false);
});

it.runIf(process.getuid?.() === 0)('so is that of another user', async () => {
  writeFileSync(lock, another);
  chownSync(lock, 12_345, 12_345);
  makeOld(lock);
  await unlessDoneByOther(lock, () => false, work);
  expect(worked).toBe(true);
});

it('one that can be read is held however old it is', async () => {
  writeFileSync(lock, another);
  makeOld(lock);
  let looks = 0;
  await unlessDoneByOther(lock, () => ++looks === 3, work);
  expect(worked).toBe(false);
});

it('work that fails leaves no lock, also when its folder has gone meanwhile', async () => {
  const failing = unlessDoneByOther(
    lock,
    () => false,
    async () => {
      rmSync(folder, { recursive: true });
      await pause(1);
      throw new Error('no network');
    },
  );
  await expect(failing).rejects.toThrow('no network');
});
