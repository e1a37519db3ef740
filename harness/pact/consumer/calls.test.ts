import { expect, it } from 'vitest';
import type { CallDeclaration } from '../../pipeline/pacts.ts';
import type { Bench } from './bench.ts';
import { callByWorker } from './calls.ts';
import type { Caller } from './calls.ts';

const declared: CallDeclaration = {
  description: 'a pickup',
  exercisedBy: 'worker',
  request: {},
  status: 202,
  response: {},
  event: () => ({ topic: 't', key: 'k', headers: {}, value: '{}' }),
};

/** A bench that looks once for each of these: how many calls have ended, and is the offset committed? */
const benchOf = (looks: readonly (readonly [ended: number, isPast: boolean])[]) => {
  const said: string[] = [];
  let at = 0;
  const bench = {
    database: {},
    publish: () => Promise.resolve({ topic: 't', partition: 0, offset: 0 }),
    isPast: () => looks[at]?.[1] === true,
    until: async (_: string, find: () => unknown) => {
      for (at = 0; at < looks.length; at += 1) {
        const found = find();
        if (found !== undefined) return found;
      }
      throw new Error('in vain');
    },
    restart: (roles: readonly string[]) => Promise.resolve(void said.push(`restart ${roles.join()}`)),
  } as unknown as Bench;
  const switchboard = { putThrough: () => ({ ended: () => looks[at]?.[0] ?? 0 }), hangUp: () => said.push('hung up') };
  const caller = { role: 'dispatcher', service: 'carrier', switchboard } as unknown as Caller;
  const call = (over: Partial<CallDeclaration> = {}) =>
    callByWorker(bench, caller, { ...declared, ...over }, 'http://127.0.0.1:1/');
  return { call, said };
};

it('ends with the call and its offset, in either order: an event may be put into an inbox first', async () => {
  for (const looks of [
    [
      [0, false],
      [1, false],
      [1, true],
    ],
    [
      [0, true],
      [0, true],
      [1, true],
    ],
  ] as const) {
    const { call, said } = benchOf(looks);
    await call();
    expect(said).toEqual(['hung up']);
  }
});

it('is not waited for when a refusal was answered; the worker, which tries again, is started anew', async () => {
  const { call, said } = benchOf([
    [0, false],
    [1, false],
  ]);
  await call({ status: 500 });
  expect(said).toEqual(['hung up', 'restart dispatcher']);
});

it('is asked of no worker that no event makes call', async () => {
  const { event: _, ...without } = declared;
  const { call } = benchOf([]);
  await expect(call({ ...without, event: undefined } as never)).rejects.toMatchObject({
    code: 'config',
    message: '"a pickup" is exercised by a worker, and no event is declared that makes it call',
  });
});
