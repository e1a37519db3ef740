import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StuckHold, UnreadableHold, holderOf, isHold, takeHold } from './hold.ts';
import type { Hold } from './hold.ts';
import { processOf, thisProcess } from './owner.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-hold-'));
  file = join(folder, 'not', 'yet', 'there.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const taken = async (): Promise<Hold> => {
  const hold = await takeHold(file);
  if (!isHold(hold)) throw new Error(`held by ${hold.pid}`);
  return hold;
};

const gone = async (): Promise<string> => {
  const child = spawn('sleep', ['0']);
  await once(child, 'exit');
  return JSON.stringify({ ...thisProcess(), pid: child.pid });
};

it('one has it, and another one is told who; released it is free', async () => {
  const hold = await taken();
  expect(await takeHold(file)).toMatchObject({ pid: process.pid });
  hold.release();
  hold.release();
  expect(existsSync(file)).toBe(false);
  (await taken()).release();
  expect(readdirSync(join(folder, 'not', 'yet'))).toEqual([]);
});

it('that of a process of the same number in another container is somebody’s', async () => {
  (await taken()).release();
  writeFileSync(file, JSON.stringify({ ...thisProcess(), pidNamespace: 'pid:[1]' }));
  expect(holderOf(file)).toMatchObject({ pid: process.pid, pidNamespace: 'pid:[1]' });
  writeFileSync(file, JSON.stringify(thisProcess()));
  expect(holderOf(file)).toBeUndefined();
});

it('that of a process that is gone is taken over, also when another was killed while it did so', async () => {
  (await taken()).release();
  for (const left of [await gone(), '', '{"pid":']) {
    writeFileSync(file, left);
    writeFileSync(`${file}.next`, left);
    const hold = await taken();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(thisProcess());
    expect(existsSync(`${file}.next`)).toBe(false);
    hold.release();
  }
});

describe('while another one takes over', () => {
  const other = processOf(process.ppid);
  const noted = JSON.stringify(other);
  beforeEach(async () => {
    (await taken()).release();
    writeFileSync(file, await gone());
    writeFileSync(`${file}.next`, noted);
  });

  it('the one that has it in the end is told, whoever had the turn', async () => {
    const asked = takeHold(file);
    const winner = { ...thisProcess(), hostname: 'another' };
    writeFileSync(file, JSON.stringify(winner));
    expect(await asked).toEqual(winner);
  });

  it('it is free when that one leaves without it', async () => {
    const asked = takeHold(file);
    rmSync(`${file}.next`);
    const hold = await asked;
    expect(isHold(hold)).toBe(true);
    if (isHold(hold)) hold.release();
    expect(readdirSync(join(folder, 'not', 'yet'))).toEqual([]);
  });

  it('one that does not go on is not waited for without end, and is not said to have it', async () => {
    const stuck = takeHold(file, 50);
    await expect(stuck).rejects.toThrow(`process ${process.ppid} of`);
    await expect(stuck).rejects.toThrow(StuckHold);
  });
});

it.each([
  ['a folder', (): void => mkdirSync(file)],
  ['a link', (): void => symlinkSync('/dev/null', file)],
  ['far too long', (): void => writeFileSync(file, ' '.repeat(5000))],
])('%s in its place is nobody’s to take, and releasing what it replaced is quiet', async (_, lay) => {
  const hold = await taken();
  rmSync(file);
  lay();
  await expect(takeHold(file)).rejects.toThrow(UnreadableHold);
  expect(() => holderOf(file)).toThrow(UnreadableHold);
  hold.release();
  expect(existsSync(file)).toBe(true);
});

it('that of a process whose number another one has by now is taken over', async () => {
  (await taken()).release();
  const reused = { ...thisProcess(), pid: process.ppid, startTime: 'before' };
  writeFileSync(file, JSON.stringify(reused));
  writeFileSync(`${file}.next`, JSON.stringify(reused));
  expect(holderOf(file)).toBeUndefined();
  (await taken()).release();
  expect(readdirSync(join(folder, 'not', 'yet'))).toEqual([]);
});

it('a folder where turns are taken is said, and waited for by nobody', async () => {
  (await taken()).release();
  writeFileSync(file, await gone());
  mkdirSync(`${file}.next`);
  await expect(takeHold(file)).rejects.toThrow(`${file}.next is no regular file`);
  // It is in nobody's way where nothing is to be taken over.
  rmSync(file);
  (await taken()).release();
  expect(readdirSync(join(folder, 'not', 'yet'))).toEqual(['there.json.next']);
});

it('one written by another version is taken over only if nobody holds it', async () => {
  (await taken()).release();
  writeFileSync(file, JSON.stringify({ version: 9, owner: thisProcess() }));
  expect(holderOf(file)).toBeUndefined();
  (await taken()).release();
});

it('what another one holds by now stays', async () => {
  const hold = await taken();
  const other = JSON.stringify(processOf(process.ppid));
  rmSync(file);
  writeFileSync(file, other);
  hold.release();
  expect(readFileSync(file, 'utf8')).toBe(other);
  expect(holderOf(file)).toMatchObject({ pid: process.ppid });
});

describe.runIf(process.platform === 'linux')('without its note', () => {
  let child: ChildProcess | undefined;
  afterEach(async () => {
    if (child === undefined) return;
    child.kill('SIGKILL');
    await once(child, 'close');
    child = undefined;
  });

  /** A process that has the file open this way by now. */
  const opened = async (how: '<' | '<>' | '>>', before: readonly string[] = []): Promise<number> => {
    const [program = 'sh', ...args] = [...before, 'sh', '-c', `exec 3${how}"$0"; echo ready; exec sleep 60`, file];
    const started = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    child = started;
    await once(started.stdout, 'data');
    return started.pid ?? 0;
  };

  beforeEach(async () => {
    (await taken()).release();
    writeFileSync(file, JSON.stringify(thisProcess()));
  });

  it('a holder is found also when its file, or the folder, is gone', async () => {
    const pid = await opened('<>');
    expect(holderOf(file)?.pid).toBe(pid);
    rmSync(file);
    expect(holderOf(file)?.pid).toBe(pid);
    rmSync(folder, { recursive: true });
    expect(holderOf(file)?.pid).toBe(pid);
  });

  it('it is gone with its process', async () => {
    await opened('<>');
    child?.kill('SIGKILL');
    await once(child!, 'close');
    child = undefined;
    expect(holderOf(file)).toBeUndefined();
  });

  it.each(['<', '>>'] as const)('whoever opened it with %s only is no holder', async (how) => {
    await opened(how);
    expect(holderOf(file)).toBeUndefined();
    rmSync(file);
    expect(holderOf(file)).toBeUndefined();
  });

  const inContainer = ['unshare', '--pid', '--fork', '--kill-child'];
  it.runIf(spawnSync('unshare', [...inContainer.slice(1), 'true']).status === 0)(
    'a process of another container is no holder',
    async () => {
      await opened('<>', inContainer);
      expect(holderOf(file)).toBeUndefined();
    },
  );
});
