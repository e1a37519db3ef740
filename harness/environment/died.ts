import { setTimeout as delay } from 'node:timers/promises';
import type { FaultlineError } from '../base/errors.ts';
import type { Environment } from './types.ts';

/** How long the word that a part has ended may come after the connections to it broke, ms: an engine tells it later. */
const DEATH_KNOWN_WITHIN_MS = 5_000;

/** What died, when it is known in time: a broken connection says less than why it broke. */
export const diedOf = async (environment: Pick<Environment, 'died'>): Promise<FaultlineError | undefined> => {
  const given = new AbortController();
  const late = delay(DEATH_KNOWN_WITHIN_MS, undefined, { signal: given.signal }).catch(() => undefined);
  const dead = await Promise.race([environment.died, late]);
  given.abort();
  return dead;
};
