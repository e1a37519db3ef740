import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { createSealings } from './sealing.ts';

afterEach(() => void vi.useRealTimers());

/** A connection whose other end says nothing, and whose client leaves it after this. */
const abandonedAfter = (wait: () => void, isDisturbed = false): number => {
  let failures = 0;
  const sealings = createSealings(
    () => isDisturbed,
    () => (failures += 1),
  );
  const [server, client] = [new EventEmitter(), new EventEmitter()];
  sealings.watch(server as Socket, client as Socket, () => false);
  wait();
  client.emit('close');
  server.emit('close');
  return failures;
};

const LONG_MS = 600;
const inTicks = (): void => {
  vi.advanceTimersByTime(LONG_MS);
};

test('a client that waits long for it and leaves has met no fault of the trial’s', () => {
  vi.useFakeTimers();
  expect(abandonedAfter(inTicks)).toBe(1);
  expect(abandonedAfter(inTicks, true)).toBe(0);
  expect(abandonedAfter(() => undefined)).toBe(0);
});

test('where everything has stood still, nothing has taken long', () => {
  const standStill = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONG_MS);
  expect(abandonedAfter(standStill)).toBe(0);
});

test('one that has come about is not waited for, and one that a fault holds neither', async () => {
  for (const isDisturbed of [false, true]) {
    const sealings = createSealings(
      () => isDisturbed,
      () => undefined,
    );
    const server = new EventEmitter();
    sealings.watch(server as Socket, new EventEmitter() as Socket, () => false);
    if (!isDisturbed) setImmediate(() => server.emit('secureConnect'));
    expect(await sealings.isStuck()).toBe(false);
  }
});
