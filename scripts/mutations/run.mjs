/** Tries every mutant on a few workers; returns the report in the shape of Stryker's. */
import { Worker } from 'node:worker_threads';

/** No test takes so long. */
const MOST_MS = 120_000;

/** Its next message; undefined: it did not come in time. */
const answer = (worker, ms) =>
  new Promise((resolve, reject) => {
    const timer = ms && setTimeout(() => settle(resolve)(undefined), ms);
    const settle = (then) => (value) => {
      clearTimeout(timer);
      worker.off('message', answered);
      worker.off('error', failed);
      then(value);
    };
    const [answered, failed] = [settle(resolve), settle(reject)];
    worker.once('message', answered);
    worker.once('error', failed);
  });

const start = async (tests) => {
  const worker = new Worker(new URL('worker.mjs', import.meta.url), { workerData: { tests } });
  return { worker, found: await answer(worker) };
};

const inLines = ({ line, column }) => ({ line: line + 1, column: column + 1 });

const reportOf = (mutants, sources, statuses) => {
  const files = {};
  for (const { id, fileName, location, ...mutant } of mutants) {
    files[fileName] ??= { source: sources.get(fileName), mutants: [] };
    const [from, to] = [inLines(location.start), inLines(location.end)];
    files[fileName].mutants.push({ id, ...mutant, status: statuses.get(id), location: { start: from, end: to } });
  }
  return files;
};

/** `progress` is told how many of how many have been tried. Errors: when a test fails without any mutant. */
export const runMutants = async ({ mutants, sources, tests }, { concurrency, progress }) => {
  const first = await start(tests);
  const { failing, reached, whileLoading } = first.found;
  if (failing.length > 0) throw new Error(`tests fail without a mutant:\n${failing.join('\n')}`);
  const [isReached, isLoaded] = [new Set(reached), new Set(whileLoading)];
  const statuses = new Map();
  for (const { id, status } of mutants)
    if (status !== undefined) statuses.set(id, status);
    else if (!isReached.has(id)) statuses.set(id, isLoaded.has(id) ? 'Ignored' : 'NoCoverage');
  const queue = mutants.flatMap(({ id }) => (statuses.has(id) ? [] : [id]));
  const all = queue.length;
  const triedAgain = new Set();
  const work = async ({ worker }) => {
    let current = worker;
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      current.postMessage(id);
      const result = await answer(current, MOST_MS);
      if (result === undefined) statuses.set(id, 'Timeout');
      else if (result.isClean || triedAgain.has(id)) statuses.set(id, result.by === undefined ? 'Survived' : 'Killed');
      else {
        // It failed in what an earlier one had left, or leaves something itself: that a fresh process tells.
        triedAgain.add(id);
        queue.push(id);
      }
      if (result?.isClean !== true) {
        await current.terminate();
        current = (await start(tests)).worker;
      }
      progress(all - queue.length, all);
    }
    await current.terminate();
  };
  const others = Array.from({ length: concurrency - 1 }, () => start(tests));
  await Promise.all([work(first), ...others.map(async (other) => work(await other))]);
  return reportOf(mutants, sources, statuses);
};
