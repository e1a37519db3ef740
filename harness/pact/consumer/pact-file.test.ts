import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuseDoubles, refuseGaps, takeOver } from './pact-file.ts';
import type { Identity } from './pact-file.ts';

const paid: Identity = { description: 'paid', states: [] };
const free: Identity = { description: 'assign', states: ['a trainer is free'] };
const none: Identity = { description: 'assign', states: ['no trainer is free'] };

describe('interactions', () => {
  it('with the same description and states are refused, with other states not', () => {
    expect(() => refuseDoubles('a-b.json', [paid, free, none])).not.toThrow();
    expect(() => refuseDoubles('a-b.json', [paid, free, none, { ...free }])).toThrow(
      'a-b.json has two interactions "assign" given "a trainer is free"',
    );
  });

  it('that no test exercised are named', () => {
    expect(() => refuseGaps('a-b.json', [paid, free], [free, paid])).not.toThrow();
    expect(() => refuseGaps('a-b.json', [paid, free, none], [free])).toThrow(
      'no test exercised 2 of the 3 interactions of a-b.json: "paid", "assign" given "no trainer is free"',
    );
  });
});

describe('taking over what Pact wrote', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-pact-file-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (interactions: readonly object[]): void =>
    writeFileSync(
      join(folder, 'a-b.json'),
      JSON.stringify({ provider: { name: 'b' }, interactions, consumer: { name: 'a' }, metadata: { z: 1 } }),
    );
  const options = () =>
    ({ from: folder, to: join(folder, 'out'), consumer: 'a', provider: 'b', workers: 'ours' }) as const;

  it('gives the same bytes in whatever order it was written', () => {
    const one = { description: 'one', type: 'x' };
    const two = { type: 'x', description: 'two', providerStates: [{ name: 's' }] };
    const declared: readonly Identity[] = [
      { description: 'one', states: [] },
      { description: 'two', states: ['s'] },
    ];
    write([two, one]);
    const first = readFileSync(takeOver({ ...options(), declared }), 'utf8');
    write([one, { providerStates: [{ name: 's' }], description: 'two', type: 'x' }]);
    expect(readFileSync(takeOver({ ...options(), declared }), 'utf8')).toBe(first);
    expect(JSON.parse(first)).toMatchObject({ metadata: { z: 1, faultline: { workers: 'ours' } } });
  });

  it('fails when Pact dropped an interaction, or wrote nothing', () => {
    write([{ description: 'assign', providerStates: [{ name: 'a trainer is free' }] }]);
    expect(() => takeOver({ ...options(), declared: [free, none] })).toThrow('no test exercised 1 of the 2');
    expect(() => takeOver({ ...options(), provider: 'c', declared: [free] })).toThrow('no test exercised 1 of the 1');
  });
});
