/**
 * A folder of plain JavaScript with every mutant in it, each behind a switch: StrykerJS's own mutants, made by its own
 * instrumenter. Its runner would start Vitest anew for each of some thousand mutants, which takes hours; see worker.mjs.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** What the judging code and its tests import, and what they read. */
const COPIED = ['harness', 'fixtures', 'contracts', 'pipelines', 'examples/order-to-shipment', 'test/pipelines'];
const LINKED = ['node_modules', 'test/histories', 'test/judged', 'scenarios', 'docs', 'package.json'];

/** Judge declared pipelines beside the shipped one. */
const ALSO_NOTICING = ['test/pipelines'];

/** The instrumenter is a part of Stryker, and is not installed beside it everywhere. */
const loadInstrumenter = async () => {
  const stryker = createRequire(createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json'));
  const main = stryker.resolve('@stryker-mutator/instrumenter');
  const part = async (name) => import(join(dirname(main), name, 'index.js'));
  const [{ Instrumenter }, { createParser }, { print }, { transform }] = await Promise.all([
    import(main),
    part('parsers'),
    part('printers'),
    part('transformers'),
  ]);
  const silent = () => {};
  const logger = { debug: silent, info: silent, warn: silent, error: silent, isDebugEnabled: () => false };
  return new Instrumenter(logger, createParser, print, transform);
};

const filesIn = (root, folder) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(root, `${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );

const isTest = (file) => file.endsWith('.test.ts');
const isForTests = (file) => isTest(file) || file.includes('/testing/') || file.endsWith('/testing.ts');

/** Tests import a stand-in for Vitest, and all else what has been compiled beside it. */
const compiled = (file, content, vitest) =>
  ts
    .transpileModule(content, {
      fileName: file,
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      },
    })
    .outputText.replaceAll("from 'vitest'", `from '${vitest}'`);

/**
 * Writes `out`; returns the mutants, the sources that have some, and the tests of the folders, as compiled. `folders` are those whose
 * tests are to notice; `places`, files or folders, what is mutated.
 */
export const instrument = async ({ root, out, folders, places }) => {
  const files = COPIED.flatMap((folder) => filesIn(root, folder));
  const isMeant = (file) => places.some((place) => file === place || file.startsWith(`${place}/`));
  const read = (file) => readFileSync(join(root, file), 'utf8');
  const mutated = files
    .filter((file) => file.endsWith('.ts') && !isForTests(file) && isMeant(file))
    .map((name) => ({ name, content: read(name), mutate: true }));
  const instrumenter = await loadInstrumenter();
  // Texts are for people.
  const options = { plugins: null, excludedMutations: ['StringLiteral'], ignorers: [] };
  const { files: switched, mutants } = await instrumenter.instrument(mutated, options);
  const contents = new Map(switched.map(({ name, content }) => [name, content]));
  const vitest = new URL('vitest.mjs', import.meta.url).href;
  for (const file of files) {
    const target = join(out, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    if (file.endsWith('.ts')) writeFileSync(target, compiled(file, contents.get(file) ?? read(file), vitest));
    else cpSync(join(root, file), target);
    // A test reads a declaration as it is written.
    if (/^pipelines\/.*\/pipeline\.ts$/.test(file)) cpSync(join(root, file), join(out, file));
  }
  for (const name of LINKED) symlinkSync(join(root, name), join(out, name));
  return {
    mutants,
    sources: new Map(mutated.map(({ name, content }) => [name, content])),
    tests: files
      .filter((file) => isTest(file) && [...folders, ...ALSO_NOTICING].some((folder) => file.startsWith(`${folder}/`)))
      .map((file) => join(out, file.replace(/\.ts$/, '.js'))),
  };
};
