/** Provider states as real traffic shows them: by the answer's status and by what the call did to the rows. */

/** What a call did to the database (the history's http.effect). */
export type CallEffect = 'inserted' | 'updated' | 'found' | 'dropped' | 'failed';

type Shown = (status: number, effects: readonly CallEffect[]) => boolean;

const by =
  (status: number, effect: CallEffect): Shown =>
  (actual, effects) =>
    actual === status && effects.includes(effect);

/** The states of the pinned pacts; a test holds that none is missing. */
const SHOWN: Readonly<Record<string, Shown>> = {
  'a trainer is free': by(201, 'inserted'),
  'no trainer is free': by(202, 'inserted'),
  'the student has a trainer for the course already': by(201, 'found'),
  'a pending allocation waits and a trainer is free': by(201, 'updated'),
  'a pending allocation waits and no trainer is free': by(202, 'found'),
  'the allocation fails': (status) => status >= 500,
};

/** Is it known how traffic shows this state? */
export const isKnownState = (name: string): boolean => Object.hasOwn(SHOWN, name);

/** Was the provider in this state when it answered so? False for a state that is not known. */
export const isStateOf = (name: string, status: number, effects: readonly CallEffect[]): boolean =>
  isKnownState(name) && SHOWN[name]?.(status, effects) === true;
