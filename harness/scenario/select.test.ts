import { expect, test } from 'vitest';
import { selectScenarios } from './select.ts';
import type { Scenario } from './types.ts';

const scenario = (name: string, ...tags: string[]): { readonly scenario: Scenario } => ({
  scenario: { name, title: name, tags, given: { subjects: { ada: {} } }, faults: [], act: [] },
});
const all = [
  scenario('api-slow', 'api'),
  scenario('api-wrong-id', 'api', 'ids'),
  scenario('healthy'),
  scenario('worker-down', 'worker'),
];
const select = (names: string[], tags: string[] = []): string[] =>
  selectScenarios(all, { names, tags }).map((one) => one.scenario.name);

test('nothing named: all', () => expect(select([])).toEqual(['api-slow', 'api-wrong-id', 'healthy', 'worker-down']));
test('names and globs, in their own order, once', () => {
  expect(select(['worker-down', 'api-*', 'api-slow'])).toEqual(['api-slow', 'api-wrong-id', 'worker-down']);
  expect(select(['?ealthy'])).toEqual(['healthy']);
});
test('a dot is a dot', () => expect(() => select(['api.slo*'])).toThrow('no scenario matches api.slo*'));
test('one of the tags, and one of the names', () => {
  expect(select([], ['ids', 'worker'])).toEqual(['api-wrong-id', 'worker-down']);
  expect(select(['api-*'], ['ids'])).toEqual(['api-wrong-id']);
});
test.each<[string[], string[], string]>([
  [
    ['helthy', 'nowhere-near-it'],
    [],
    'there is no scenario helthy (did you mean healthy?)\nthere is no scenario nowhere-near-it',
  ],
  [['x*'], [], 'no scenario matches x*'],
  [[], ['apy'], 'no scenario has the tag apy (did you mean api?)'],
  [['healthy'], ['api'], 'nothing matched: healthy with the tag api'],
])('%j %j is a usage error', (names, tags, message) => {
  expect(() => select(names, tags)).toThrow(expect.objectContaining({ code: 'usage', message }));
});
test('a file is no name, and who takes files is said', () => {
  expect(() => select(['scenarios/healthy.ts'])).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('takes the path of a file as well') as string }),
  );
});
test('no scenarios at all', () => {
  expect(() => selectScenarios([], { names: [], tags: [] })).toThrow('there are no scenarios');
});
