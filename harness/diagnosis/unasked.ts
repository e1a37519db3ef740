/** A live system whose services' calls are not known, or not all of them. */
import { isLive, isUnasked } from '../history/completeness.ts';
import type { History } from '../history/history.ts';
import type { StageFacts } from './stage.ts';

/**
 * Is the stage's event dealt with for good and without its effect, while nobody could say what its service was asked? Then it
 * was never read, or its service never asked, or asked in vain: nothing tells these apart.
 */
export const isOverUnasked = (history: History, stage: StageFacts): boolean =>
  stage.declared.calls !== undefined &&
  isUnasked(history, 'admin-service') &&
  stage.calls.length === 0 &&
  stage.events.length > 0 &&
  stage.isOver &&
  !stage.isThrough;

/**
 * Is an offset past the stage's event all that a live system shows of it? Somebody may have set it there, or begun there; and who
 * passes events on to a table or a topic of its own commits it long before the effect.
 */
export const isOnlyPassed = (history: History, stage: StageFacts): boolean =>
  isLive(history) &&
  stage.isPassedForGood &&
  !stage.isThrough &&
  stage.calls.length === 0 &&
  stage.deadLetters.length === 0 &&
  stage.guard === undefined;

/** The end of a sentence about an event that no dead letter shows to be given up. */
export const perhapsPassedOn = (history: History, stage: StageFacts): string =>
  isLive(history) && stage.isPassedForGood && stage.deadLetters.length === 0 && stage.calls.length === 0
    ? ' (or it waits in an inbox or a topic for retries: those are not read)'
    : '';
