import { assign } from '../handler.ts';
import { unanswered } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

/** Does the work, then resets the connection: the caller cannot know. */
export const commitsThenDrops: Behaviour = async ({ parts }) => {
  await assign(parts);
  return unanswered('reset');
};
