import { expect, it } from 'vitest';
import { FaultlineError } from '../../base/errors.ts';
import { retryWhenPortTaken } from './start-context.ts';
import { until } from './until.ts';

const never = new Promise<never>(() => undefined);

it('asks until there is an answer', async () => {
  let asked = 0;
  const attempt = (): Promise<string> => (++asked < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve('here'));
  expect(await until(attempt, { what: 'it', within: 5000, unless: [never] })).toBe('here');
  expect(asked).toBe(3);
});

it('says what it waited for, how long, and the last answer', async () => {
  const waiting = until(() => Promise.reject(new Error('refused')), {
    what: 'Kafka on port 1',
    within: 50,
    unless: [],
  });
  await expect(waiting).rejects.toThrow(/^waited 0\.05 s for Kafka on port 1; last answer: refused$/);
});

it('does not wait longer for an attempt that hangs, and says what the one before said', async () => {
  let asked = 0;
  const attempt = (): Promise<never> => (++asked === 1 ? Promise.reject(new Error('refused')) : never);
  const waiting = until(attempt, { what: 'it', within: 50, unless: [never] });
  await expect(waiting).rejects.toThrow(/^waited 0\.05 s for it; last answer: refused$/);
  await expect(until(() => never, { what: 'it', within: 20, unless: [] })).rejects.toThrow(/last answer: none$/);
});

it('gives up at once when there is no point in waiting, also while an attempt hangs', async () => {
  const gone = Promise.reject(new FaultlineError('environment', 'Kafka ended'));
  await expect(until(() => never, { what: 'it', within: 60_000, unless: [never, gone] })).rejects.toThrow(
    'Kafka ended',
  );
});

it('tries again when a port was taken, not for other reasons, and not for ever', async () => {
  let tried = 0;
  const start = (message: string, times: number) => (): Promise<number> =>
    ++tried <= times ? Promise.reject(new Error(message)) : Promise.resolve(tried);
  expect(await retryWhenPortTaken(start('bind: Address already in use', 2))).toBe(3);
  tried = 0;
  await expect(retryWhenPortTaken(start('no such file', 1))).rejects.toThrow('no such file');
  tried = 0;
  await expect(retryWhenPortTaken(start('address already in use', 99))).rejects.toThrow('address already in use');
  expect(tried).toBe(4);
});
