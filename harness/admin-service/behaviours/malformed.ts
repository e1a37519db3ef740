import { HttpResponse } from 'msw';
import { assign } from '../handler.ts';
import { answered, succeeded } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

/** Does the work; the answer says it is JSON and breaks off in the middle of it. */
export const malformed: Behaviour = async ({ parts }) => {
  const answer = await assign(parts);
  if (!succeeded(answer)) return answered(answer);
  const text = JSON.stringify(answer.body);
  const response = new HttpResponse(text.slice(0, Math.floor(text.length / 2)), {
    status: answer.status,
    headers: { 'content-type': 'application/json' },
  });
  return { ended: 'answered', response, falsified: ['body'] };
};
