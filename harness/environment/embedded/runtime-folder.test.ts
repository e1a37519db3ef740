import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PART_MARK } from '../../base/child-env.ts';
import { FaultlineError } from '../../base/errors.ts';
import { isGone, thisProcess } from './owner.ts';
import type { Owner } from './owner.ts';
import {
  NEEDED_BYTES,
  endProgramsOf,
  leftoverFolders,
  makeRuntimeFolder,
  removeFolder,
  sweepLeftovers,
} from './runtime-folder.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'faultline test-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

it.runIf(process.platform === 'linux')(
  'ends a process of PostgreSQL that was stopped, known by where it stands, and nobody else who stands there',
  async () => {
    const cwd = join(place, 'postgres-data');
    mkdirSync(cwd);
    const stuck = spawn('sleep', ['600'], { cwd, argv0: 'postgres: walsender', stdio: 'ignore' });
    const shell = spawn('sleep', ['600'], { cwd, stdio: 'ignore' });
    try {
      await Promise.all([once(stuck, 'spawn'), once(shell, 'spawn')]);
      stuck.kill('SIGSTOP');
      const exited = once(stuck, 'exit');
      expect(endProgramsOf([place])).toBe(1);
      expect(await exited).toEqual([null, 'SIGKILL']);
      expect(shell.exitCode ?? shell.signalCode).toBeNull();
    } finally {
      stuck.kill('SIGKILL');
      shell.kill('SIGKILL');
    }
  },
);

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

  it('of another container with the same host name counts as there', async () => {
    expect(isGone({ ...(await ended()), pidNamespace: 'pid:[1]' })).toBe(false);
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
    expect(statSync(folder.path).mode & 0o777).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
    expect(statSync(join(folder.path, 'owner.json')).mode & 0o777).toBe(0o600);
  });

  it('is refused with all places and what they have when there is room nowhere', () => {
    const places = [{ folder: '/dev/shm', free: 64e6, inMemory: true }];
    expect(() => makeRuntimeFolder(places)).toThrow(FaultlineError);
    expect(() => makeRuntimeFolder(places)).toThrow(/no space .*\/dev\/shm: 64 MB free; 419 MB needed/);
  });

  it('is not what another user, or a link, makes of it: none of that is read, waited for or removed', async () => {
    const gone = JSON.stringify(await ended());
    const folder = (name: string): string => {
      const path = join(tmpdir(), `faultline-trap-${process.pid}-${name}`);
      mkdirSync(path);
      traps.push(path);
      return path;
    };
    const traps: string[] = [];
    try {
      // A folder of somebody's own, reached by a link of ours under such a name; a pipe, a device and much in the place of the owner.
      const theirs = join(place, 'theirs');
      mkdirSync(theirs);
      writeFileSync(join(theirs, 'owner.json'), gone);
      const link = join(tmpdir(), `faultline-trap-${process.pid}-link`);
      symlinkSync(theirs, link);
      traps.push(link);
      execFileSync('mkfifo', [join(folder('pipe'), 'owner.json')]);
      symlinkSync('/dev/zero', join(folder('zero'), 'owner.json'));
      symlinkSync(join(theirs, 'owner.json'), join(folder('linked'), 'owner.json'));
      writeFileSync(join(folder('much'), 'owner.json'), gone.padEnd(5000));
      writeFileSync(join(folder('other'), 'owner.json'), JSON.stringify({ ...JSON.parse(gone), pid: -1 }));
      if (process.getuid?.() === 0) {
        const foreign = folder('foreign');
        writeFileSync(join(foreign, 'owner.json'), gone);
        chownSync(foreign, 65_534, 65_534);
      }
      expect(leftoverFolders().filter((path) => traps.includes(path))).toEqual([]);
      sweepLeftovers();
      removeFolder(link);
      expect(existsSync(join(theirs, 'owner.json'))).toBe(true);
      for (const trap of traps) expect(existsSync(trap), trap).toBe(true);
    } finally {
      for (const trap of traps) rmSync(trap, { recursive: true, force: true });
    }
  });

  it('is swept when its owner is gone, and only then', async () => {
    const [mine, theirs] = [makeRuntimeFolder(), makeRuntimeFolder()];
    const gone = JSON.stringify(await ended());
    const programIn = (folder: string) =>
      spawn('sleep', ['600'], { env: { ...process.env, [PART_MARK]: join(folder, 'output.log') } });
    const [own, left] = [programIn(mine.path), programIn(theirs.path)];
    const end = once(left, 'exit');
    // From here on anybody's start on this machine may sweep it as well.
    writeFileSync(join(theirs.path, 'owner.json'), gone);
    sweepLeftovers();
    if (process.platform !== 'linux') left.kill();
    await end;
    expect(own.exitCode ?? own.signalCode).toBe(null);
    own.kill();
    await expect.poll(() => existsSync(theirs.path), { timeout: 60_000 }).toBe(false);
    expect(existsSync(mine.path)).toBe(true);
    removeFolder(mine.path);
    expect(existsSync(mine.path)).toBe(false);
  });
});
