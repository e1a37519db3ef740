import type { Behaviour } from '../../pipeline/stub.ts';
import { answered, succeeded } from './behaviour.ts';

/** Does the work; the connection closes after half of the announced length. */
export const truncated: Behaviour = async ({ answer }) => {
  const response = await answer();
  return succeeded(response) ? { ...answered(response, ['body']), ended: 'truncated' } : answered(response);
};
