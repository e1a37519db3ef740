import type { Behaviour } from '../../pipeline/stub.ts';
import { answered, succeeded } from './behaviour.ts';

/** Does the work; the answer says it is JSON and breaks off in the middle of it. */
export const malformed: Behaviour = async ({ answer }) => {
  const response = await answer();
  // One without a body has nothing to break off.
  if (!succeeded(response) || response.body === null) return answered(response);
  const text = await response.text();
  const headers = { 'content-type': 'application/json' };
  const half = new Response(text.slice(0, Math.floor(text.length / 2)), { status: response.status, headers });
  return answered(half, ['body']);
};
