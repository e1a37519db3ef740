/** Whose a logged request is, as far as it says so. */
import type { Subject } from '../../history/events.ts';
import { isUuid, sameId } from '../../history/ids.ts';
import { callIdsOf } from '../../history/reading-calls.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import type { LoggedRequest } from './logged.ts';

/** Is it somebody's id, and not this one? What is no id at all may have been meant to be any. */
const isAnother = ({ ids }: Pipeline, id: string | undefined, own: string): boolean =>
  id !== undefined && !sameId(id, own) && (ids === 'text' || isUuid(id) || !isUuid(own));

/**
 * `by-id`: it names the payment. `by-pair`: its student and course, and no other payment. `anothers`: the student or the course is another.
 * What does neither is nobody's for certain: one of another payment of that student and course as well, which may do the work of both; and
 * one with an id alone that is not this payment's, as many services make an id of their own for each request.
 */
export const whoseCall = (
  pipeline: Pipeline,
  service: string,
  { correlationId, studentId, courseId }: Subject,
  { method, path, headers, json }: LoggedRequest,
): 'by-id' | 'by-pair' | 'anothers' | 'nobody' => {
  const named = callIdsOf(pipeline, { service, method, path, headers, json });
  const payments = named.correlationIds.flat();
  if (payments.some((id) => sameId(id, correlationId))) return 'by-id';
  if (isAnother(pipeline, named.studentId, studentId) || isAnother(pipeline, named.courseId, courseId))
    return 'anothers';
  const isForAnother = payments.some((id) => isAnother(pipeline, id, correlationId));
  const isPair = sameId(named.studentId, studentId) && sameId(named.courseId, courseId);
  return isPair && !isForAnother ? 'by-pair' : 'nobody';
};
