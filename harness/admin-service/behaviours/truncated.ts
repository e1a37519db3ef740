import { assign } from '../handler.ts';
import { answered, succeeded } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

/** Does the work; the connection closes after half of the announced length. */
export const truncated: Behaviour = async ({ parts }) => {
  const answer = await assign(parts);
  return succeeded(answer) ? { ...answered(answer, ['body']), ended: 'truncated' } : answered(answer);
};
