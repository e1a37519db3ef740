import { within } from '../base/waiting.ts';
import type { FaultlineError } from '../base/errors.ts';
import type { Environment } from './types.ts';

/** How long the word that a part has ended may come after the connections to it broke, ms: an engine tells it later. */
const DEATH_KNOWN_WITHIN_MS = 5_000;

/** What died, when it is known in time: a broken connection says less than why it broke. */
export const diedOf = (environment: Pick<Environment, 'died'>): Promise<FaultlineError | undefined> =>
  within(DEATH_KNOWN_WITHIN_MS, environment.died);
