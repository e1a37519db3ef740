import { assign } from '../handler.ts';
import { answered } from './behaviour.ts';
import type { OwnBehaviour } from './behaviour.ts';

/** Does the work; the answer names another id than the row's. */
export const wrongId: OwnBehaviour = async (parts) => {
  const answer = await assign(parts);
  if (answer.status >= 400) return answered(answer);
  const { studentId, courseId } = parts.request;
  const data = { ...(answer.body['data'] as object), id: parts.identities.freshId(studentId, courseId) };
  return answered({ ...answer, body: { ...answer.body, data } }, ['id']);
};
