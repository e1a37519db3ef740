import type { Behaviour } from '../../pipeline/stub.ts';
import { unanswered } from './behaviour.ts';

/** Does nothing and never answers; healing, or what it was to hang until, resets the connection. */
export const hangs: Behaviour = async ({ healed, gone, until }) => {
  await Promise.race([healed, gone, ...(until === undefined ? [] : [until])]);
  return unanswered('reset');
};
