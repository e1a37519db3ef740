/** Which of the causes a scenario brings about. */
import { FaultlineError } from '../../base/errors.ts';
import { currentStage } from '../../diagnosis/facts.ts';
import type { Cause } from '../../history/verdict.ts';
import { CODES } from '../codes.ts';
import { stageOf } from './situation.ts';
import type { Situation } from './situation.ts';

export interface Chosen {
  readonly cause: Cause;
  /** The others, that are not of its own making. */
  readonly others: readonly Cause[];
}

export const codeName = ({ id }: Pick<Cause, 'id'>): string => `${CODES[id].code} ${id}`;

/** A consequence is brought about by its cause: it calls for no fault of its own. */
const isCause = ({ consequenceOf }: Cause): boolean => consequenceOf === undefined;

/** How far a cause that nothing tells apart from others is from explaining all that was seen: less is nearer. */
const distance = ({ facts }: Situation, { id }: Cause): number => {
  const stage = currentStage(facts);
  // Who starts again what is done with it changes nothing for it.
  if (id === 'worker-not-running') return stage.isOver ? 2 : 0;
  // Without a row nothing tells why its worker is through with it.
  if (id === 'event-not-emitted') return stage.effects.length === 0 ? 1 : 0;
  // It was tried, and given up.
  return id === 'api-failing' && stage.deadLetters.length > 0 ? -1 : 0;
};

/** Was it not shown, or does it not explain what was seen? */
const isDoubtful = (situation: Situation, cause: Cause): boolean =>
  cause.undecided === true ||
  (cause.id === 'worker-not-running' && currentStage(situation.facts).isOver) ||
  // Whoever called was not stopped by the guard's row.
  (cause.id === 'guard-marked-without-allocation' && stageOf(situation, cause).calls.length > 0);

/** What was shown comes first; those that share a rank because nothing tells them apart come by what they explain. */
const likeliestFirst = (situation: Situation, causes: readonly Cause[]): readonly Cause[] =>
  causes.toSorted(
    (a, b) =>
      Number(isDoubtful(situation, a)) - Number(isDoubtful(situation, b)) ||
      a.rank - b.rank ||
      distance(situation, a) - distance(situation, b),
  );

/**
 * The one that is asked for, by code or id, or else the first. Undefined: there is none. Errors: FaultlineError 'usage' where
 * the one that is asked for was not found.
 */
export const chooseCause = (situation: Situation, asked: string | undefined): Chosen | undefined => {
  const own = likeliestFirst(situation, situation.causes.filter(isCause));
  const cause = asked === undefined ? own[0] : own.find(({ id }) => id === asked || CODES[id].code === asked);
  if (cause === undefined && asked !== undefined && own.length > 0)
    throw new FaultlineError(
      'usage',
      `--cause ${asked}: that cause was not found`,
      `What was found: ${own.map(codeName).join(', ')}.`,
    );
  return cause === undefined ? undefined : { cause, others: own.filter((other) => other !== cause) };
};
