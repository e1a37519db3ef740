/** Workers that are not there besides what else is wrong: brought about with it, where it lies before them. */
import type { Cause, CauseId } from '../../history/verdict.ts';
import type { DuringCase } from '../../scenario/types.ts';
import { rolesDown, stopped } from './by-cause/worker-not-running.ts';
import type { Chosen } from './choose.ts';
import type { Forcing } from './forcing.ts';
import type { Situation } from './situation.ts';

export interface WithWorkersDown {
  readonly forcing: Forcing;
  /** Those of the other causes that it brings about as well. */
  readonly too: readonly Cause[];
  /** Those that it does not. */
  readonly left: readonly Cause[];
}

const DOWN: CauseId = 'worker-not-running';

const expecting = ({ when, causes }: DuringCase, id: CauseId): DuringCase => ({
  when,
  causes: causes === 'any' ? causes : [...causes.filter((one) => one.id !== id), { id }],
});

const withDown = (forcing: Forcing, roles: readonly string[], observeUntil: Forcing['observeUntil']): Forcing => {
  const [first, ...others] = forcing.during;
  return {
    ...forcing,
    faults: [...forcing.faults, ...roles.map(stopped)],
    observeUntil,
    during: [expecting(first, DOWN), ...others.map((each) => expecting(each, DOWN))],
  };
};

type How = (situation: Situation, roles: readonly string[], forcing: Forcing) => Forcing;

const HOW: { readonly [K in CauseId]?: How } = {
  'event-not-emitted': (_, roles, forcing) => withDown(forcing, roles, forcing.observeUntil),
  // Who reads the missing topic may die of that anyway. To the others before it their own event comes, and nothing more; to those behind it nothing.
  'topic-missing': ({ pipeline, facts: { missing } }, roles, forcing) => {
    const lacks = (role: string): boolean => missing.includes(pipeline.consumedTopic(role));
    const apart = roles.filter((role) => !lacks(role));
    if (apart.length === 0) return forcing;
    const first = apart.find(
      (role) =>
        [...pipeline.followersOf(role)].some(lacks) &&
        !pipeline.roles.some((other) => lacks(other) && pipeline.followersOf(other).has(role)),
    );
    return withDown(
      forcing,
      apart,
      first === undefined ? forcing.observeUntil : { emitted: { event: pipeline.stage(first).consumes } },
    );
  },
};

export const withWorkersDown = (situation: Situation, { cause, others }: Chosen, forcing: Forcing): WithWorkersDown => {
  const down = others.find(({ id }) => id === DOWN);
  const how = HOW[cause.id];
  if (down === undefined || how === undefined) return { forcing, too: [], left: others };
  const forced = how(situation, rolesDown(situation, down), forcing);
  return {
    forcing: forced,
    too: forced === forcing ? [] : [down],
    left: others.filter((other) => other !== down),
  };
};
