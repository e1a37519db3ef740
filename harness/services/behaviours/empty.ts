import type { Behaviour } from '../../pipeline/stub.ts';
import { answered, succeeded } from './behaviour.ts';

/** Does the work; the answer has the right status and no body. */
export const empty: Behaviour = async ({ answer }) => {
  const response = await answer();
  if (!succeeded(response)) return answered(response);
  return answered(new Response(null, { status: response.status }), ['body']);
};
