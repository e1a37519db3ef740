import type { Behaviour } from '../../pipeline/stub.ts';
import { answered } from './behaviour.ts';

/** Answers with an error status (500) and does nothing. */
export const fails: Behaviour = ({ status = 500, refusal }) =>
  Promise.resolve(answered(refusal(status, 'The request failed'), status < 400 ? ['status', 'shape'] : []));
