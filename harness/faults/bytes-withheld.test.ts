import { expect, test } from 'vitest';
import { bytesWithheld } from './bytes-withheld.ts';
import { createContextDouble } from './testing/context.ts';

const SPEC = { kind: 'bytes-withheld', worker: 'allocation-worker', upstream: 'admin-service' } as const;

test('connections that were open are cut, and it fires with the next one', async () => {
  const double = createContextDouble({ attempts: { all: 4, refused: 0 } });
  const active = await bytesWithheld.inject(SPEC, double.context);
  expect(double.news()).toEqual(['withhold allocation-worker admin-service', 'cut allocation-worker admin-service']);
  expect(double.waitedFor()).toEqual({
    connected: { worker: 'allocation-worker', upstream: 'admin-service', atLeast: 5 },
  });
  double.comesTrue();
  expect(double.news()).toEqual(['fired: a connection of allocation-worker to admin-service delivers nothing']);
  await active.heal();
  expect(double.news()).toEqual(['stop waiting', 'restore allocation-worker admin-service']);
});

test('when nothing can be cut, nobody is waited for any more', async () => {
  const double = createContextDouble({ failing: 'cut allocation-worker admin-service' });
  await expect(bytesWithheld.inject(SPEC, double.context)).rejects.toThrow('cannot cut');
  expect(double.said.at(-1)).toBe('stop waiting');
});

test('healed before anybody connected, it has never fired', async () => {
  const double = createContextDouble();
  const active = await bytesWithheld.inject(SPEC, double.context);
  await active.heal();
  double.comesTrue();
  expect(double.said.filter((what) => what.startsWith('fired'))).toEqual([]);
});
