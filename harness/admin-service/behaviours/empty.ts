import { HttpResponse } from 'msw';
import { assign } from '../handler.ts';
import { answered, succeeded } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

/** Does the work; the answer has the right status and no body. */
export const empty: Behaviour = async ({ parts }) => {
  const answer = await assign(parts);
  if (!succeeded(answer)) return answered(answer);
  return { ended: 'answered', response: new HttpResponse(null, { status: answer.status }), falsified: ['body'] };
};
