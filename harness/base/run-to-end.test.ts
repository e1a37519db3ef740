import { readdirSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { runToEnd } from './run-to-end.ts';

const shell = (
  script: string,
  more: { readonly timeoutMs?: number; readonly graceMs?: number; readonly SIGN?: string } = {},
) =>
  runToEnd(['sh', '-c', script], {
    cwd: '/',
    env: { PATH: process.env['PATH'], SIGN: more.SIGN },
    timeoutMs: more.timeoutMs ?? 60_000,
    ...(more.graceMs === undefined ? {} : { graceMs: more.graceMs }),
  });

/** Commands of those that live and have this in their environment. */
const livingWith = (sign: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`SIGN=${sign}`);
      } catch {
        return false;
      }
    });

test('its outputs and how it ended', async () => {
  expect(await shell('echo one; echo two >&2; exit 7')).toMatchObject({ code: 7, timedOut: false, leftOthers: false });
  expect((await shell('echo one; echo two >&2')).output.split('\n').toSorted()).toEqual(['', 'one', 'two']);
  expect(await shell('kill -TERM $$')).toMatchObject({ code: null, signal: 'SIGTERM', timedOut: false });
});

test('of much output the last', async () => {
  const { output } = await shell('i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done');
  expect(output.length).toBeLessThanOrEqual(64 * 1024);
  expect(output.endsWith('line 19999\n')).toBe(true);
});

test('what cannot be started is told as that', async () => {
  const { failed } = await runToEnd(['sh', '-c', 'true'], { cwd: '/nonexistent', env: {}, timeoutMs: 60_000 });
  expect(failed).toContain('ENOENT');
});

test('what is just ending with it is let end', async () => {
  const { leftOthers, output } = await shell('(sleep 0.05; echo late) & echo done', { graceMs: 50_000 });
  expect({ leftOthers, output }).toEqual({ leftOthers: false, output: 'done\nlate\n' });
});

// Both would hold its output for ten minutes.
test.runIf(process.platform === 'linux').each([
  ['in its group', 'sleep 600 & echo done'],
  ['in a session of its own', 'setsid sleep 600 & sleep 0.1; echo done'],
])('is not waited for, and ends, when it leaves others %s', async (_, script) => {
  const sign = randomUUID();
  const { code, leftOthers, output } = await shell(script, { SIGN: sign });
  expect({ code, leftOthers, output }).toEqual({ code: 0, leftOthers: true, output: 'done\n' });
  expect(livingWith(sign)).toEqual([]);
});

test.runIf(process.platform === 'linux')('is ended with all that it started when it does not end', async () => {
  const sign = randomUUID();
  const ran = await shell('echo waiting; sleep 600 & setsid sleep 600 & wait', { timeoutMs: 500, SIGN: sign });
  expect(ran).toMatchObject({ code: null, signal: 'SIGKILL', timedOut: true, leftOthers: false });
  expect(livingWith(sign)).toEqual([]);
});
