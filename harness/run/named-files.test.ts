import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import type { Scenario } from '../scenario/types.ts';
import { withNamedFiles } from './named-files.ts';

const named = (name: string): Scenario => ({
  name,
  title: 'A payment.',
  tags: [],
  given: { subjects: { ada: {} } },
  faults: [],
  act: [{ do: 'pay', subjects: ['ada'] }],
});

const pipeline = pipelineOf(shippedPipeline);
let cwd: string;

const SCENARIO = 'defineScenario({})';
/** Whoever loads it has it run. */
const WORKER = "import { Kafka } from 'kafkajs';\nthrow new Error('the worker starts');\n";

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-named-'));
  const write = (file: string, ...names: readonly string[]): void =>
    writeFileSync(
      join(cwd, file),
      names.map((name, i) => `export const s${i} = ${JSON.stringify(named(name))};\n`).join(''),
    );
  write('two.mjs', 'one', 'two');
  writeFileSync(
    join(cwd, 'taken.mjs'),
    `export const s = ${JSON.stringify({ ...named('healthy'), title: 'Another.' })};\n`,
  );
  write('same.mjs', 'healthy');
  writeFileSync(join(cwd, 'none.mjs'), 'export {};\n// given: act:\n');
  writeFileSync(join(cwd, 'allocation-worker.mjs'), WORKER);
  writeFileSync(join(cwd, 'faultline.config.mjs'), `// ${SCENARIO}\n${WORKER}`);
  writeFileSync(join(cwd, 'defined.mjs'), `// ${SCENARIO}\nthrow new Error('it ran');\n`);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const asked = async (...names: readonly string[]) => {
  const known = [
    { scenario: named('healthy'), file: '/elsewhere/healthy.ts' },
    { scenario: named('two.mjs-named'), file: join(cwd, 'known.mjs') },
  ];
  const found = await withNamedFiles(known, names, { pipeline, cwd });
  return {
    names: found.names,
    byFile: Object.fromEntries(found.byFile),
    all: found.all.map(({ scenario }) => scenario.name),
  };
};

it('a file stands for the scenarios in it, a name for itself', async () => {
  const { names, all, byFile } = await asked('healthy', './two.mjs', 'api-*', 'nowhere.mjs');
  expect(names).toEqual(['healthy', 'one', 'two', 'api-*', 'nowhere.mjs']);
  expect(all).toEqual(['healthy', 'two.mjs-named', 'one', 'two']);
  expect(byFile).toEqual({ one: './two.mjs', two: './two.mjs' });
});

it('a file that is asked for twice is read once', async () =>
  expect((await asked('two.mjs', join(cwd, 'two.mjs'))).all).toEqual(['healthy', 'two.mjs-named', 'one', 'two']));

it('a scenario that is known from elsewhere is the same one', async () =>
  expect(await asked('same.mjs')).toEqual({ names: ['healthy'], byFile: {}, all: ['healthy', 'two.mjs-named'] }));

it('one whose name somebody else has, or that holds none, is said', async () => {
  await expect(asked('taken.mjs')).rejects.toThrow('name: "healthy": is taken by /elsewhere/healthy.ts');
  await expect(asked('none.mjs')).rejects.toThrow('exports no scenario');
});

it('what holds no scenario by its name and text is not loaded: a shell’s glob hits workers too', async () => {
  const names = ['allocation-worker.mjs', 'faultline.config.mjs'];
  expect((await asked(...names)).names).toEqual(names);
  for (const name of names)
    await expect(asked(`./${name}`)).rejects.toThrow(
      `./${name}: holds no scenario, by its name and text, and was not loaded`,
    );
  await expect(asked('defined.mjs')).rejects.toThrow('it ran');
});
