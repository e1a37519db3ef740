import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { watchStandstills } from './loop-standstill.ts';
import { createOutputLag } from './output-lag.ts';

const MUCH = 16 * 1024;

/** A lag on a clock of its own. */
const lagOf = () => {
  let clock = 0;
  let stood = 0;
  const lag = createOutputLag({ now: () => clock, standstill: () => stood });
  return {
    lag,
    /** After standing still for so long, if at all. */
    at: (ms: number, still = 0) => {
      clock = ms;
      stood = still;
    },
  };
};

test('much that is read after a standstill has waited for its end', () => {
  const { lag, at } = lagOf();
  at(1000, 400);
  lag.read(MUCH);
  at(2000, 300);
  lag.read(MUCH);
  expect(lag.total()).toBe(700);
});

test('a little has kept nobody waiting, and without a standstill nothing has', () => {
  const { lag, at } = lagOf();
  at(1000, 400);
  lag.read(100);
  at(60_000);
  lag.read(MUCH);
  expect(lag.total()).toBe(0);
});

test('both streams wait at the same time', () => {
  const { lag, at } = lagOf();
  at(1000, 400);
  lag.read(MUCH);
  lag.read(MUCH);
  at(1100, 500);
  lag.read(MUCH);
  expect(lag.total()).toBe(500);
});

test('what waited before it began concerns nobody', () => {
  const { lag, at } = lagOf();
  at(1000, 400);
  lag.read(MUCH);
  lag.begin();
  at(1200, 500);
  lag.read(MUCH);
  expect(lag.total()).toBe(200);
});

const STILL_MS = 150;

/** Runs a program, and stands still after each read until somebody has waited for it, `often` times at most. */
const measured = async (command: readonly [string, ...string[]], often = Infinity): Promise<number> => {
  const lag = createOutputLag({ standstill: watchStandstills() });
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let stood = 0;
  child.stdout.on('data', (part: Buffer) => {
    lag.read(part.length);
    if (lag.total() >= STILL_MS / 2 || stood >= often) return;
    stood += 1;
    // Not within this read: the turn ends, and the next one begins late.
    setImmediate(() => {
      const end = performance.now() + STILL_MS;
      while (performance.now() < end);
    });
  });
  await once(child, 'close');
  return lag.total();
};

test('a reader that stands still keeps a real process waiting, with large pieces and with lines', async () => {
  expect(await measured(['head', '-c', '16777216', '/dev/zero'])).toBeGreaterThanOrEqual(STILL_MS / 2);
  const lines = `i=0; while [ $i -lt 3000 ]; do echo ${'x'.repeat(99)}; i=$((i+1)); done`;
  expect(await measured(['/bin/sh', '-c', lines])).toBeGreaterThanOrEqual(STILL_MS / 2);
});

test('a few lines never wait', async () => {
  expect(await measured(['head', '-c', '1000', '/dev/zero'], 1)).toBe(0);
});
