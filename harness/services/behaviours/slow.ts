import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from '../../pipeline/stub.ts';
import { answered } from './behaviour.ts';

const DEFAULT_DELAY_MS = 1000;

/**
 * Begins the work after a while, or once something has happened (healing cuts it short), then is like normal. It does the work also when the caller
 * has given up meanwhile, as a real server does.
 */
export const slow: Behaviour = async ({ answer, delayMs = DEFAULT_DELAY_MS, until, healed }) => {
  const waiting = new AbortController();
  const due = until ?? delay(delayMs, undefined, { signal: waiting.signal }).catch(() => undefined);
  await Promise.race([due, healed]);
  waiting.abort();
  return answered(await answer());
};
