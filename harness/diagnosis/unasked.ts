/** A live system whose services' calls nobody could ask for. */
import { isUnasked } from '../history/completeness.ts';
import type { History } from '../history/history.ts';
import type { StageFacts } from './stage.ts';

/**
 * Is the stage's event dealt with for good and without its effect, while nobody could say what its service was asked? Then it
 * was never read, or its service never asked, or asked in vain: nothing tells these apart.
 */
export const isOverUnasked = (history: History, stage: StageFacts): boolean =>
  stage.declared.calls !== undefined &&
  isUnasked(history, 'admin-service') &&
  stage.events.length > 0 &&
  stage.isOver &&
  !stage.isThrough;
