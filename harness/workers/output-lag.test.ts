import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createOutputLag } from './output-lag.ts';

const FULL = 64 * 1024;

/** A lag on a clock of its own, and turns of the loop that end when they are told to. */
const lagOf = () => {
  let clock = 0;
  let pending: (() => void)[] = [];
  const lag = createOutputLag({ now: () => clock, afterNextTurn: (then) => void pending.push(then) });
  return {
    lag,
    at: (ms: number) => void (clock = ms),
    turn: () => {
      const due = pending;
      pending = [];
      for (const then of due) then();
    },
  };
};

test('what was there already when the last read was over has waited for this one', () => {
  const { lag, at } = lagOf();
  const read = lag.reader();
  read(FULL);
  at(400);
  read(FULL);
  at(1000);
  read(10);
  at(9000);
  read(10);
  expect(lag.total()).toBe(1000);
});

test('output that comes in pieces as large as a read waits for nobody', () => {
  const { lag, at, turn } = lagOf();
  const read = lag.reader();
  read(FULL);
  turn();
  at(60_000);
  read(FULL);
  expect(lag.total()).toBe(0);
});

test('a turn that read more says nothing of what is left', () => {
  const { lag, at, turn } = lagOf();
  const read = lag.reader();
  read(FULL);
  read(FULL);
  at(300);
  read(FULL);
  turn();
  at(700);
  read(1);
  expect(lag.total()).toBe(300);
});

test('streams wait each for itself, and only since it began', () => {
  const { lag, at } = lagOf();
  const [out, err] = [lag.reader(), lag.reader()];
  out(FULL);
  at(500);
  err(1);
  lag.begin();
  at(800);
  out(1);
  expect(lag.total()).toBe(300);
});

const STILL_MS = 50;

/** Runs a program that writes these bytes, and stands still after each read until somebody has waited for it. */
const measured = async (bytes: number): Promise<number> => {
  const lag = createOutputLag();
  const child = spawn('head', ['-c', String(bytes), '/dev/zero'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const read = lag.reader();
  child.stdout.on('data', (part: Buffer) => {
    read(part.length);
    const end = performance.now() + (lag.total() < STILL_MS ? STILL_MS : 0);
    while (performance.now() < end);
  });
  await once(child, 'close');
  return lag.total();
};

test('a reader that stands still keeps a real process waiting', async () => {
  expect(await measured(16 * 1024 * 1024)).toBeGreaterThanOrEqual(STILL_MS);
});

test('a few lines never wait', async () => {
  expect(await measured(1000)).toBe(0);
});
