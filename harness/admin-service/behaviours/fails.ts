import { refusal } from '../api.ts';
import { answered } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

/** Answers with an error status (500) and does nothing. */
export const fails: Behaviour = ({ status = 500 }) =>
  Promise.resolve(answered(refusal(status, 'Auto-assignment failed'), status < 400 ? ['status', 'shape'] : []));
