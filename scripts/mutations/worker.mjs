/**
 * Runs the tests with one mutant after another switched on, in one process: nothing is loaded anew. A mutant that shows only while
 * modules load is left out. What a mutant leaves behind in memory is looked for after each that was noticed: `isClean`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { declared } from './vitest.mjs';

/** Where Stryker's switches look. */
const switches = (globalThis.__stryker__ = {});
for (const file of workerData.tests) await import(file);

/** The error with which it failed; undefined: it passed. */
const failure = async ({ body }) => {
  try {
    await body();
    return undefined;
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
};

const failing = [];
for (const [i, test] of declared.entries()) {
  switches.currentTestId = String(i);
  const began = performance.now();
  const failed = await failure(test);
  test.took = performance.now() - began;
  if (failed !== undefined) failing.push(`${test.name}: ${failed.message}`);
}
const { perTest = {}, static: whileLoading = {} } = switches.mutantCoverage ?? {};
delete switches.currentTestId;
delete switches.mutantCoverage;

/** By mutant: the tests that reach it, the quickest first, and how often all of them do. */
const reached = new Map();
for (const [i, test] of declared.entries())
  for (const [id, times] of Object.entries(perTest[String(i)] ?? {})) {
    const known = reached.get(id) ?? { tests: [], hits: 0 };
    reached.set(id, { tests: [...known.tests, test], hits: known.hits + times });
  }
for (const { tests } of reached.values()) tests.sort((a, b) => a.took - b.took);

/** So much more often than without a mutant it is passed only in a loop without an end. */
const isEndless = (hits) => 100 * hits + 10_000;

const run = async (id) => {
  const { tests, hits } = reached.get(id);
  for (const test of tests) {
    Object.assign(switches, { activeMutant: id, hitCount: 0, hitLimit: isEndless(hits) });
    const failed = await failure(test);
    Object.assign(switches, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
    if (failed !== undefined) return { id, by: test.name, isClean: (await failure(test)) === undefined };
  }
  return { id, isClean: true };
};

parentPort.on('message', async (id) => parentPort.postMessage(await run(id)));
parentPort.postMessage({
  tests: declared.length,
  failing,
  reached: [...reached.keys()],
  whileLoading: Object.keys(whileLoading),
});
