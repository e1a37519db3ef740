import type { Behaviour } from '../../pipeline/stub.ts';
import { unanswered } from './behaviour.ts';

/** Does the work, then resets the connection: the caller cannot know. */
export const commitsThenDrops: Behaviour = async ({ answer }) => {
  await answer();
  return unanswered('reset');
};
