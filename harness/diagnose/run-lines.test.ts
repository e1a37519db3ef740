import { expect, test } from 'vitest';
import { readFileSync, readdirSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { runLines } from './run-lines.ts';

const run = async (
  script: string,
  more: { timeoutMs?: number; mostBytes?: number; readsErrors?: true; SIGN?: string } = {},
) => {
  const lines: string[] = [];
  const { SIGN = '', ...limits } = more;
  const why = await runLines(['sh', '-c', script], {
    cwd: '/',
    env: { PATH: process.env['PATH'], FAULTLINE_KAFKA_PASSWORD: 'hidden-secret', SIGN },
    timeoutMs: 60_000,
    mostBytes: 1_000_000,
    onLine: ({ text }) => lines.push(text),
    ...limits,
  });
  return { why, lines };
};

const isAlive = (sign: string): boolean =>
  readdirSync('/proc').some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`SIGN=${sign}`);
    } catch {
      return false;
    }
  });

test('whole lines of what it prints; one without its end is still being written', async () => {
  expect(await run('echo one; echo two >&2; printf three')).toEqual({ why: undefined, lines: ['one'] });
  expect(await run('echo one; echo two >&2', { readsErrors: true })).toMatchObject({ lines: ['one', 'two'] });
  expect((await run('echo "$FAULTLINE_KAFKA_PASSWORD."')).lines).toEqual(['.']);
});

test('why it failed is said in one sentence, without credentials', async () => {
  const { why, lines } = await run(
    'echo one; echo one >&2; printf "\\033[31mno: postgres://a:hidden-secret@b\\n" >&2; exit 4',
  );
  expect(why).toBe(String.raw`sh ended with 4: \u001b[31mno: postgres://***@b`);
  expect(lines).toEqual(['one']);
  expect(await run('kill -9 $$')).toMatchObject({ why: 'sh ended with a signal' });
  expect(
    await runLines(['no-such-tool', 'logs'], {
      cwd: '/',
      env: {},
      timeoutMs: 1,
      mostBytes: 1,
      onLine: () => undefined,
    }),
  ).toBe('there is no program no-such-tool');
});

test.skipIf(process.platform !== 'linux')(
  'one that takes too long, or prints too much, is ended with what it started',
  async () => {
    for (const [script, limit, why] of [
      ['echo one; sleep 600 & sleep 600', { timeoutMs: 500 }, 'sh took longer than 0.5 s'],
      ['sleep 600 & while :; do echo one; done', { mostBytes: 2_000_000 }, 'sh printed more than 2 MB'],
    ] as const) {
      const SIGN = randomUUID();
      const ended = await run(script, { ...limit, SIGN });
      expect(ended.why).toBe(why);
      expect(ended.lines[0]).toBe('one');
      await expect.poll(() => isAlive(SIGN), { timeout: 30_000 }).toBe(false);
    }
  },
);

test.skipIf(process.platform !== 'linux')(
  'one that has ended is not waited for because of what it left behind',
  async () => {
    const SIGN = randomUUID();
    // In a session of its own, as the master of a shared connection of ssh.
    expect(await run('echo one; setsid sleep 600 & exit 0', { SIGN })).toEqual({ why: undefined, lines: ['one'] });
  },
);
