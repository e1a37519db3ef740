/** When a scenario looks for causes. */
import type { Condition } from '../history/conditions.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Scenario } from './types.ts';

/** What it says, or else: the last worker of the pipeline has decided on every subject. */
export const observationOf = ({ observeUntil }: Pick<Scenario, 'observeUntil'>, { roles }: Pipeline): Condition => {
  const last = roles.at(-1);
  return observeUntil ?? (last === undefined ? { always: true } : { decided: { worker: last } });
};
