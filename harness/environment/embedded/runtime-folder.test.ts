import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultlineError } from '../../base/errors.ts';
import { isGone, thisProcess } from './owner.ts';
import type { Owner } from './owner.ts';
import { NEEDED_BYTES, leftoverFolders, makeRuntimeFolder, removeFolder, sweepLeftovers } from './runtime-folder.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'faultline test-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const ended = async (): Promise<Owner> => {
  const child = spawn('sleep', ['0']);
  await once(child, 'exit');
  return { ...thisProcess(), pid: child.pid ?? 0 };
};

describe('an owner', () => {
  it('is there while the process runs', () => {
    expect(isGone(thisProcess())).toBe(false);
  });

  it('is gone after its end, and when another process has got its number', async () => {
    expect(isGone(await ended())).toBe(true);
    expect(isGone({ ...thisProcess(), startTime: 'another time' })).toBe(true);
  });

  it('of another host counts as there', async () => {
    expect(isGone({ ...(await ended()), hostname: 'elsewhere' })).toBe(false);
  });
});

describe('a runtime folder', () => {
  it('is made where there is room, says whose it is, and lets PostgreSQL pass', () => {
    const folder = makeRuntimeFolder([
      { folder: '/nowhere', free: NEEDED_BYTES - 1, inMemory: true },
      { folder: place, free: NEEDED_BYTES, inMemory: false },
    ]);
    expect(dirname(folder.path)).toBe(place);
    expect(folder).toMatchObject({ inMemory: false, executable: folder.path, all: [folder.path] });
    expect(JSON.parse(readFileSync(join(folder.path, 'owner.json'), 'utf8'))).toEqual(thisProcess());
    expect(statSync(folder.path).mode & 0o777).toBe(0o711);
  });

  it('is refused with all places and what they have when there is room nowhere', () => {
    const places = [{ folder: '/dev/shm', free: 64e6, inMemory: true }];
    expect(() => makeRuntimeFolder(places)).toThrow(FaultlineError);
    expect(() => makeRuntimeFolder(places)).toThrow(/no space .*\/dev\/shm: 64 MB free; 419 MB needed/);
  });

  it('is swept when its owner is gone, and only then', async () => {
    const [mine, theirs] = [makeRuntimeFolder(), makeRuntimeFolder()];
    writeFileSync(join(theirs.path, 'owner.json'), JSON.stringify(await ended()));
    expect(leftoverFolders()).toContain(theirs.path);
    sweepLeftovers();
    expect(existsSync(theirs.path)).toBe(false);
    expect(existsSync(mine.path)).toBe(true);
    removeFolder(mine.path);
    expect(existsSync(mine.path)).toBe(false);
  });
});
