import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { loadScenarios, ownScenarios } from './load.ts';

const PIPELINE = pipelineOf(shippedPipeline);

let root: string;
let folder: string;
let made = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'faultline-scenarios-'));
});
beforeEach(() => {
  folder = join(root, String((made += 1)));
  mkdirSync(folder);
});
afterAll(() => rmSync(root, { recursive: true }));

const data = (name: string): string =>
  `{ name: '${name}', title: 't', tags: [], given: { subjects: { ada: {} } }, faults: [], act: [] }`;
const write = (name: string, content: string): void => writeFileSync(join(folder, name), content);
const names = async (): Promise<string[]> => (await loadScenarios([folder], PIPELINE)).map((one) => one.scenario.name);

test('TypeScript and JavaScript, named and default exports, several in a file', async () => {
  write(
    'a.ts',
    `import { defineScenario } from 'faultline'; export const one: object = defineScenario(${data('one')}); export const two = defineScenario(${data('two')});`,
  );
  write('b.mjs', `import { defineScenario } from 'faultline'; export default defineScenario(${data('three')});`);
  write('c.js', `const same = ${data('four')}; export { same }; export default same;`);
  write('_shared.ts', 'export const helper = 1;');
  write('a.test.ts', 'throw new Error("a test is not a scenario");');
  write('vitest.config.ts', 'throw new Error("a configuration is not a scenario");');
  write('d.d.ts', 'export {};');
  write('notes.md', '');
  expect(await names()).toEqual(['one', 'two', 'three', 'four']);
  expect((await loadScenarios([folder, folder], PIPELINE))[2]?.file).toBe(join(folder, 'b.mjs'));
});

test('everything wrong in all files at once, with file, key and value', async () => {
  write('a.ts', `export const bad = { ...${data('one')}, tags: 'x', faults: [{ kind: 'no' }] };`);
  write('b.ts', `export const bad = { ...${data('two')}, act: [{ do: 'pay', subjects: ['eve'] }] };`);
  write('c.ts', 'export const broken = {{;');
  write('d.ts', 'export {};');
  write('e.ts', 'export const helper = () => 1;');
  write('f.ts', `export const x = ${data('same')};`);
  write('g.ts', `export const y = ${data('same')};`);
  const error: unknown = await loadScenarios([folder], PIPELINE).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'FaultlineError', code: 'scenario' });
  const { message } = error as Error;
  expect(message).toContain(`${join(folder, 'a.ts')}: tags: "x": must be a list (scenario "one")`);
  expect(message).toContain(`${join(folder, 'a.ts')}: faults[0].kind: "no": allowed: worker-stopped`);
  expect(message).toContain(`${join(folder, 'b.ts')}: act[0].subjects[0]: "eve": no such subject`);
  expect(message).toContain(`${join(folder, 'c.ts')}: could not be loaded`);
  expect(message).toContain(`${join(folder, 'd.ts')}: exports no scenario`);
  expect(message).toContain(`${join(folder, 'e.ts')}: (the whole): a function`);
  expect(message).toContain(`${join(folder, 'g.ts')}: name: "same": is taken by ${join(folder, 'f.ts')}`);
});

test('a directory that is not there', async () => {
  await expect(loadScenarios([join(folder, 'no')], PIPELINE)).rejects.toMatchObject({ code: 'scenario' });
});

test("Faultline's own scenarios are valid", async () => {
  const loaded = await loadScenarios([ownScenarios], PIPELINE);
  expect(loaded.length).toBeGreaterThan(0);
});
