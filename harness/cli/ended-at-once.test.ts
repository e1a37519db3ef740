import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { EXIT } from '../base/errors.ts';
import { endedAtOnce } from './ended-at-once.ts';

test('what was started is ended before the process, and nobody listens any more afterwards', async () => {
  const signals = new EventEmitter();
  const happened: unknown[] = [];
  const context = { signals, exitNow: (code: number) => void happened.push(code) };
  const given = await endedAtOnce(context, async (signal) => {
    signal.addEventListener('abort', () => happened.push('ended'));
    signals.emit('SIGINT', 'SIGINT');
    return 7;
  });
  expect([given, ...happened]).toEqual([7, 'ended', EXIT.interrupted]);
  expect(signals.listenerCount('SIGINT')).toBe(0);
});
