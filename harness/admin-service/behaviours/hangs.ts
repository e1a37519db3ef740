import { unanswered } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

/** Does nothing and never answers; healing resets the connection. */
export const hangs: Behaviour = async ({ healed, gone }) => {
  await Promise.race([healed, gone]);
  return unanswered('reset');
};
