import { setTimeout as delay } from 'node:timers/promises';

/** What the promise gives when it does so within so many ms; undefined when it has not. */
export const within = async <T>(ms: number, promise: Promise<T>): Promise<T | undefined> => {
  const given = new AbortController();
  const late = delay(ms, undefined, { signal: given.signal }).catch(() => undefined);
  const first = await Promise.race([promise, late]);
  given.abort();
  return first;
};

/** Does the condition hold within so many ms? It is looked at now, and every so often until then. */
export const holdsWithin = async (ms: number, everyMs: number, condition: () => boolean): Promise<boolean> => {
  const deadline = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await delay(everyMs);
  }
  return true;
};
