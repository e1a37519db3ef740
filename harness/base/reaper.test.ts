import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startReaper } from './reaper.ts';
import type { Reaper } from './reaper.ts';

let work: string;
let reaper: Reaper;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'faultline reaper-'));
  reaper = startReaper();
});

afterEach(() => {
  reaper.close();
  rmSync(work, { recursive: true, force: true });
});

/** A zombie counts as ended: what adopts orphans in a container may not collect them. */
const runs = (pid: number): boolean => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
};

const soon = async (holds: () => boolean): Promise<boolean> => {
  for (const end = performance.now() + 20_000; performance.now() < end; await pause(20)) if (holds()) return true;
  return holds();
};

/** Half a minute in small steps, so that a trap is heeded; not for ever, should the test itself be killed. */
const LINGER = 'i=0; while [ $i -lt 600 ]; do sleep 0.05; i=$((i + 1)); done';

/** A shell in a group of its own, and a child of it in the same group. */
const startGroup = async (script = 'sleep 60 & echo $!; wait'): Promise<{ leader: number; forked: number }> => {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { leader: child.pid ?? 0, forked: Number(line.toString()) };
};

it('kills groups with everything they forked, and removes folders, when it is closed', async () => {
  const [one, two] = await Promise.all([startGroup(), startGroup()]);
  const folder = join(work, 'with a space');
  mkdirSync(join(folder, 'deep'), { recursive: true });
  writeFileSync(join(folder, 'deep', 'file'), 'x');
  reaper.addGroup(one.leader);
  reaper.addGroup(two.leader);
  reaper.addFolder(folder);
  reaper.close();
  expect(await soon(() => ![one.leader, one.forked, two.leader, two.forked].some(runs))).toBe(true);
  expect(await soon(() => !existsSync(folder))).toBe(true);
  expect(await soon(() => !runs(reaper.pid))).toBe(true);
});

it.runIf(existsSync(`/proc/${process.pid}/task/${process.pid}/children`))(
  'kills what stands still in a group of its own, and for which its parent would wait',
  async () => {
    const { leader, forked } = await startGroup(`trap : QUIT; setsid sleep 60 & echo $!; ${LINGER}`);
    process.kill(forked, 'SIGSTOP');
    reaper.addGroup(leader, 'QUIT');
    reaper.close();
    expect(await soon(() => ![leader, forked].some(runs))).toBe(true);
  },
);

it('spares what was taken off its list', async () => {
  const [kept, ended] = await Promise.all([startGroup(), startGroup()]);
  const [keptFolder, endedFolder] = [join(work, 'kept'), join(work, 'ended')];
  for (const folder of [keptFolder, endedFolder]) {
    mkdirSync(folder);
    reaper.addFolder(folder);
  }
  reaper.addGroup(kept.leader);
  reaper.addGroup(ended.leader);
  reaper.removeGroup(kept.leader);
  reaper.removeFolder(keptFolder);
  reaper.close();
  expect(await soon(() => !runs(ended.leader) && !runs(reaper.pid))).toBe(true);
  expect(runs(kept.leader)).toBe(true);
  expect(existsSync(endedFolder)).toBe(false);
  expect(existsSync(keptFolder)).toBe(true);
  process.kill(-kept.leader, 'SIGKILL');
});

it.runIf(process.platform === 'linux')(
  'kills whoever carries a mark in its environment, whatever its group, and nobody else',
  async () => {
    const start = (mark: string): number => {
      const env = { PATH: process.env['PATH'], MARK: mark };
      return spawn('/bin/sh', ['-c', 'exec sleep 60'], { detached: true, stdio: 'ignore', env }).pid ?? 0;
    };
    const [marked, spared, other] = ['one-1', 'two-2', 'three-3'].map(start);
    reaper.addMark('MARK=one-1');
    reaper.addMark('MARK=two-2');
    reaper.removeMark('MARK=two-2');
    reaper.close();
    expect(await soon(() => !runs(marked ?? 0) && !runs(reaper.pid))).toBe(true);
    expect([spared, other].map((pid) => runs(pid ?? 0))).toEqual([true, true]);
    for (const pid of [spared, other]) process.kill(pid ?? 0, 'SIGKILL');
  },
);

it('sends the first signal, and kills what does not heed it', async () => {
  const marker = join(work, 'heeded');
  const heeds = await startGroup(`trap 'touch "${marker}"; exit 0' QUIT; echo $$; ${LINGER}`);
  const stubborn = await startGroup(`trap '' QUIT; echo $$; ${LINGER}`);
  reaper.addGroup(heeds.leader, 'QUIT');
  reaper.addGroup(stubborn.leader, 'QUIT');
  reaper.close();
  expect(await soon(() => !runs(heeds.leader) && !runs(stubborn.leader))).toBe(true);
  expect(existsSync(marker)).toBe(true);
});

it('outlives the signals of a Ctrl-C and does its work when the harness is killed', async () => {
  const script = `
    import { startReaper } from ${JSON.stringify(fileURLToPath(new URL('./reaper.ts', import.meta.url)))};
    import { spawn } from 'node:child_process';
    const reaper = startReaper();
    const child = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] });
    reaper.addGroup(child.pid);
    reaper.addFolder(${JSON.stringify(work)});
    console.log(child.pid + ' ' + reaper.pid);
    setInterval(() => undefined, 1000);
  `;
  const file = join(work, 'harness.ts');
  writeFileSync(file, script);
  const harness = spawn(process.execPath, ['--import', 'jiti/register', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  harness.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  expect(await soon(() => (said.match(/\d+/g) ?? []).length === 3)).toBe(true);
  const pids = (said.match(/\d+/g) ?? []).map(Number);
  expect(pids.every(runs)).toBe(true);
  const own = Number(/ (\d+)/.exec(said)?.[1]);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(own, signal);
  await pause(50);
  expect(runs(own)).toBe(true);
  harness.kill('SIGKILL');
  expect(await soon(() => !pids.some(runs))).toBe(true);
  expect(existsSync(work)).toBe(false);
});
