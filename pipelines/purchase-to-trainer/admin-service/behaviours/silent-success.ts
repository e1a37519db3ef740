import { allocated } from '../api.ts';
import { plan } from '../handler.ts';
import { answered } from './behaviour.ts';
import type { OwnBehaviour } from './behaviour.ts';

/** Answers 201 with a fresh id and writes no row: the incident's own lie. */
export const silentSuccess: OwnBehaviour = async (parts) => {
  const { allocation } = await plan(parts);
  const { studentId, courseId } = parts.request;
  // Fresh also where a row exists: the id in the answer is never that of a row.
  const id = parts.identities.freshId(studentId, courseId);
  return answered(allocated({ ...allocation, id }), ['row-missing']);
};
