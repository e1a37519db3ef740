import type { Behaviour } from '../../pipeline/stub.ts';
import { answered, succeeded } from './behaviour.ts';

/** Does the work; the connection closes after half of the announced length. */
export const truncated: Behaviour = async ({ answer }) => {
  const response = await answer();
  // One without a body has nothing to break off.
  if (!succeeded(response) || response.body === null) return answered(response);
  return { ...answered(response, ['body']), ended: 'truncated' };
};
