import type { Behaviour } from '../../pipeline/stub.ts';
import { answered, unanswered } from './behaviour.ts';

/**
 * Turns the caller away and does nothing: with that status where one is given, otherwise by resetting the connection
 * without a byte of an answer. (The request is read first: only what it says tells whom it is about.)
 */
export const refuses: Behaviour = ({ status, refusal }) =>
  Promise.resolve(
    status === undefined
      ? unanswered('refused')
      : { ...answered(refusal(status, 'Service unavailable')), ended: 'refused' },
  );
