import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isOfFamily, kinOf, outsidersOf } from './family.ts';

test.runIf(process.platform === 'linux')(
  'who has got a dead leader’s number, for itself or for its group, is of no family by that',
  async () => {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const leader = spawn('sh', ['-c', 'sleep 60 >/dev/null & echo $!; wait'], { detached: true, stdio: [...stdio] });
    try {
      const [said] = (await once(leader.stdout, 'data')) as [Buffer];
      const child = Number(String(said));
      const pid = leader.pid ?? 0;
      const kin = { ...kinOf(pid, 'no-mark-of-theirs', []), outputs: new Set<string>() };
      expect([pid, child].map((each) => isOfFamily(each, kin))).toEqual([true, true]);
      // An earlier process had that number, and was the leader.
      const earlier = { ...kin, since: kin.since - 1 };
      expect([pid, child].map((each) => isOfFamily(each, earlier))).toEqual([false, false]);
      expect(isOfFamily(pid, { ...earlier, outputs: kinOf(pid, '', []).outputs })).toBe(true);
    } finally {
      process.kill(-(leader.pid ?? 0), 'SIGKILL');
    }
  },
);

test.runIf(process.platform === 'linux')('what they started is not ended with the family', async () => {
  const script = 'setsid sleep 60 >/dev/null & echo $!; wait';
  const leader = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const [said] = (await once(leader.stdout, 'data')) as [Buffer];
  const child = Number(String(said));
  try {
    const kin = { ...kinOf(leader.pid ?? 0, 'no-mark-of-theirs', []), outputs: new Set<string>() };
    // It leaves the group a moment after it was started.
    await expect.poll(() => outsidersOf(kin).pids, { timeout: 60_000 }).toEqual([child]);
    expect(outsidersOf({ ...kin, since: kin.since - 1 }).pids).toEqual([]);
  } finally {
    process.kill(child, 'SIGKILL');
    process.kill(-(leader.pid ?? 0), 'SIGKILL');
  }
});

test.runIf(process.platform === 'linux')('a group outlives its leader, and what it starts is found', async () => {
  // Neither has the mark, nor the leader's outputs.
  const script = 'env -i /bin/sh -c "setsid sleep 60 & echo \\$!; exec sleep 61" 2>/dev/null & exit';
  const leader = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const kin = { ...kinOf(leader.pid ?? 0, 'no-mark-of-theirs', []), outputs: new Set<string>() };
  const gone = once(leader, 'exit');
  const [said] = (await once(leader.stdout, 'data')) as [Buffer];
  const outside = Number(String(said));
  try {
    await gone;
    await expect.poll(() => outsidersOf(kin).pids, { timeout: 60_000 }).toEqual([outside]);
  } finally {
    process.kill(outside, 'SIGKILL');
    process.kill(-(leader.pid ?? 0), 'SIGKILL');
  }
});
