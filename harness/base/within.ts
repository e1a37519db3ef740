import { setTimeout as delay } from 'node:timers/promises';

/** What the promise gives when it does so within so many ms; undefined when it has not. */
export const within = async <T>(ms: number, promise: Promise<T>): Promise<T | undefined> => {
  const given = new AbortController();
  const late = delay(ms, undefined, { signal: given.signal }).catch(() => undefined);
  const first = await Promise.race([promise, late]);
  given.abort();
  return first;
};
