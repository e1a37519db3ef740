import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { EXIT } from '../base/errors.ts';
import { watch } from './watching.ts';

const never = (): never => {
  throw new Error('nobody asked for that');
};

test('passes follow each other until Ctrl-C, and the last one says how it ended', async () => {
  const signals = new EventEmitter();
  let passes = 0;
  const code = await watch(
    { signals, exitNow: never },
    {
      everyMs: 1,
      pass: async () => {
        passes += 1;
        if (passes === 3) queueMicrotask(() => signals.emit('SIGINT', 'SIGINT'));
        return passes;
      },
    },
  );
  expect([code, passes]).toEqual([3, 3]);
  expect(signals.listenerCount('SIGINT')).toBe(0);
});

test('a pass that is ended in the middle says nothing', async () => {
  const signals = new EventEmitter();
  const passes: number[] = [1];
  const interrupted = (signal: AbortSignal): Promise<number> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('ended')));
      signals.emit('SIGTERM', 'SIGTERM');
    });
  const pass = (signal: AbortSignal): Promise<number> => {
    const code = passes.shift();
    return code === undefined ? interrupted(signal) : Promise.resolve(code);
  };
  expect(await watch({ signals, exitNow: never }, { everyMs: 1, pass })).toBe(1);
  expect(await watch({ signals, exitNow: never }, { everyMs: 1, pass })).toBe(EXIT.interrupted);
});

test('a second Ctrl-C waits for nothing, and an error of a pass is one', async () => {
  const signals = new EventEmitter();
  const ended: number[] = [];
  const pass = async (signal: AbortSignal): Promise<number> => {
    signals.emit('SIGINT', 'SIGINT');
    signals.emit('SIGINT', 'SIGINT');
    signal.throwIfAborted();
    return 0;
  };
  await watch({ signals, exitNow: (code) => void ended.push(code) }, { everyMs: 1, pass });
  expect(ended).toEqual([EXIT.interrupted]);
  await expect(
    watch({ signals, exitNow: never }, { everyMs: 1, pass: () => Promise.reject(new Error('no')) }),
  ).rejects.toThrow('no');
});
