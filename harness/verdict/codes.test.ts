import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CODES, codeOf, codeOfDoubt } from './codes.ts';
import type { CodeKind } from './codes.ts';

test('a code is given once, and an id has one', () => {
  expect(new Set(CODES.map(({ code }) => code)).size).toBe(CODES.length);
  expect(new Set(CODES.map(({ id }) => id)).size).toBe(CODES.length);
  for (const { code } of CODES) expect(code).toMatch(/^FL[1-4]\d\d$/);
});

test('findings and causes are found by what reports call them', () => {
  expect(codeOf('no-event-lost/allocation-worker/skipped')).toBe('FL108');
  expect(codeOf('api-failing')).toBe('FL207');
  expect(codeOf('causes/unexpected/api-failing')).toBe('FL301');
  expect(codeOf('causes/missing/api-failing')).toBe('FL302');
  expect(codeOf('causes/otherwise/the-causes')).toBe('FL304');
  expect(codeOf('after/ada-has-a-trainer')).toBe('FL305');
  expect(codeOf('nothing-of-ours')).toBeUndefined();
  // A rule's own code comes before that of its kind, and a cause is no invariant of another pipeline.
  expect(codeOf('one-active-purchase/purchase-worker/two-active-rows')).toBe('FL103');
  expect(codeOf('event-gets-marked')).toBe('FL117');
});

test.each([
  ['one-active-shipment/packer/two-active-rows', 'FL119'],
  ['shipment-has-order', 'FL120'],
  ['order-gets-event', 'FL121'],
  ['order-gets-shipment/packer/no-shipment', 'FL122'],
  ['shipment-is-announced', 'FL123'],
])("%s, of another pipeline's rows, has the code of its rule", (id, code) => {
  expect(codeOf(id)).toBe(code);
});

test.each([
  ['the harness itself had a problem: boom', 'FL401'],
  ['the fault kill did not fire', 'FL402'],
  ['a barrier did not come back through postgres', 'FL403'],
  ['no barrier was ever passed', 'FL403'],
  ['groups-drain cannot be decided: the offsets are not complete', 'FL404'],
  ['the moment to look for causes did not come within 9 ms: x', 'FL405'],
  ['the scenario waited 9 ms in vain for x, and left out what was to follow', 'FL406'],
  ['it had not settled after 60000 ms: it waited for x', 'FL407'],
  ['judged too early: kafka.record arrived after the verdict', 'FL408'],
  ['worker did not end or stand still: x', 'FL409'],
  ['it was not recorded what the proxies carried', 'FL410'],
  ['whatever else', 'FL499'],
])('%s: %s', (reason, code) => {
  expect(codeOfDoubt(reason)).toBe(code);
});

const TITLES: Readonly<Record<CodeKind, string>> = {
  invariant: 'Invariants',
  cause: 'Causes',
  expectation: 'What a scenario expects',
  doubt: 'Doubts: why something could not be decided',
};

/** The catalogue as a page of the documentation, in Markdown. */
const codesPage = (): string =>
  [
    '# The ids in reports',
    '',
    'Every finding, cause and doubt has a code that stays the same in every version, run and language. This page is made from the',
    'catalogue in `harness/verdict/codes.ts`; a test holds it.',
    ...(Object.keys(TITLES) as CodeKind[]).flatMap((kind) => [
      '',
      `## ${TITLES[kind]}`,
      '',
      '| code | id | meaning |',
      '|---|---|---|',
      ...CODES.filter((entry) => entry.kind === kind).map(
        ({ code, id, meaning }) => `| <a id="${code.toLowerCase()}"></a>${code} | ${id} | ${meaning} |`,
      ),
    ]),
    '',
  ].join('\n');

test('docs/ids.md is the catalogue', async () => {
  await expect(codesPage()).toMatchFileSnapshot(fileURLToPath(new URL('../../docs/ids.md', import.meta.url)));
});
