/** What is captured of a snapshot. */
import { toHistory } from '../../to-history.ts';
import type { Snapshot } from '../../snapshot.ts';
import { chooseCause } from '../choose.ts';
import { isUnforced } from '../forcing.ts';
import { scenarioOf } from '../scenario-of.ts';
import type { Captured } from '../scenario-of.ts';
import { situationOf } from '../situation.ts';

/** Errors: Error where nothing is wrong, or nothing brings it about; those of `chooseCause`. */
export const captured = (snapshot: Snapshot, cause?: string): Captured => {
  const situation = situationOf(toHistory(snapshot));
  const chosen = chooseCause(situation, cause);
  if (chosen === undefined) throw new Error('nothing is wrong');
  const found = scenarioOf(situation, chosen, '2e87e3f1');
  if (isUnforced(found)) throw new Error(found.unforced);
  return found;
};
