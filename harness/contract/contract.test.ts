import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { checkInvariant } from '../invariants/check-all.ts';
import { messagesHonourContract } from '../invariants/messages-honour-contract.ts';
import { trialOf } from '../history/testing/flow.ts';
import { pinnedBy, readContract } from './contract.ts';
import { shippedContract } from './testing/shipped.ts';

const SHIPPED = fileURLToPath(new URL('../../contracts/pacts', import.meta.url));
const ANNOUNCED = 'trainer-allocated-readers-allocation-worker.json';

const folderOf = (files: Readonly<Record<string, unknown>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-pacts-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
  return folder;
};

const pact = (interactions: readonly unknown[]) => ({
  consumer: { name: 'readers' },
  provider: { name: 'allocation-worker' },
  interactions,
  metadata: { pactSpecification: { version: '4.0' } },
});

/** What a team agreed on: TRAINER_ALLOCATED tells the room, which nobody else's does. */
const withRoom = pact([
  {
    type: 'Asynchronous/Messages',
    description: 'TRAINER_ALLOCATED with its room',
    metadata: { topic: 'trainer-allocated' },
    contents: { contentType: 'application/json', content: { room: 'a text' } },
    matchingRules: { body: { '$.room': { combinator: 'AND', matchers: [{ match: 'type' }] } } },
  },
]);

test('a team’s own pacts judge its trials, and no other', () => {
  const own = readContract(folderOf({ 'own.json': withRoom }));
  const silent = trialOf({});
  expect(checkInvariant(messagesHonourContract, silent, shippedContract).verdict).toBe('holds');
  const { verdict, findings } = checkInvariant(messagesHonourContract, silent, own);
  expect(verdict).toBe('violated');
  expect(findings.map(({ message }) => message).join()).toContain('$.room');
  const told = trialOf(
    { without: ['announced'] },
    (b) => void b.emit('TRAINER_ALLOCATED', 'ada', { value: { room: 'R1' } }),
  );
  expect(checkInvariant(messagesHonourContract, told, own).verdict).toBe('holds');
  expect(pinnedBy(own).interactions).toEqual(['readers-allocation-worker: TRAINER_ALLOCATED with its room']);
});

test('the hash is that of the files: of a copy the same, of a changed file another', () => {
  const copy = folderOf({});
  cpSync(SHIPPED, copy, { recursive: true });
  expect(readContract(copy).hash).toBe(shippedContract.hash);
  writeFileSync(join(copy, ANNOUNCED), JSON.stringify(withRoom));
  expect(readContract(copy).hash).not.toBe(shippedContract.hash);
});

test.each([
  ['an empty folder', folderOf.bind(undefined, {}), /there is no pact in/],
  ['no folder', () => '/nowhere', /there is no pact in \/nowhere/],
  ['a pact that cannot be read', folderOf.bind(undefined, { 'x.json': { interactions: [] } }), /^x\.json is no pact/],
])('%s is refused', (_, folder, message) => expect(() => readContract(folder())).toThrow(message));
