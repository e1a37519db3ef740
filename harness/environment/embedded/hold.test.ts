import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holderOf, isHold, takeHold } from './hold.ts';
import type { Hold } from './hold.ts';
import { processOf, thisProcess } from './owner.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-hold-'));
  file = join(folder, 'not', 'yet', 'there.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const taken = (): Hold => {
  const hold = takeHold(file);
  if (!isHold(hold)) throw new Error(`held by ${hold.pid}`);
  return hold;
};

const gone = async (): Promise<string> => {
  const child = spawn('sleep', ['0']);
  await once(child, 'exit');
  return JSON.stringify({ ...thisProcess(), pid: child.pid });
};

it('one has it, and another one is told who; released it is free', () => {
  const hold = taken();
  expect(takeHold(file)).toMatchObject({ pid: process.pid });
  hold.release();
  hold.release();
  expect(existsSync(file)).toBe(false);
  taken().release();
  expect(readdirSync(join(folder, 'not', 'yet'))).toEqual([]);
});

it('that of a process that is gone is taken over, also when another was killed while it did so', async () => {
  taken().release();
  for (const left of [await gone(), '', '{"pid":']) {
    writeFileSync(file, left);
    writeFileSync(`${file}.next`, left);
    const hold = taken();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(thisProcess());
    expect(existsSync(`${file}.next`)).toBe(false);
    hold.release();
  }
});

it('of two who take over one waits for the other to say who has it', async () => {
  taken().release();
  writeFileSync(file, await gone());
  const other = processOf(process.ppid);
  writeFileSync(`${file}.next`, JSON.stringify(other));
  expect(takeHold(file)).toEqual(other);
});

it('what another one holds by now stays', () => {
  const hold = taken();
  const other = JSON.stringify(processOf(process.ppid));
  rmSync(file);
  writeFileSync(file, other);
  hold.release();
  expect(readFileSync(file, 'utf8')).toBe(other);
  expect(holderOf(file)).toMatchObject({ pid: process.ppid });
});

it.runIf(process.platform === 'linux')('a holder is found also without its file, and without its folder', async () => {
  taken().release();
  writeFileSync(file, JSON.stringify(thisProcess()));
  const child = spawn('sh', ['-c', 'exec 3<"$0"; echo ready; exec sleep 60', file], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await once(child.stdout, 'data');
    rmSync(folder, { recursive: true });
    await expect.poll(() => holderOf(file)?.pid).toBe(child.pid);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  expect(holderOf(file)).toBeUndefined();
});
