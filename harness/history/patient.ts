import type { Condition } from './conditions.ts';

/** Kinds that stay so once they hold. */
const LASTS = new Set(['always', 'decided', 'taken', 'requested', 'answered', 'emitted', 'deadLettered']);

/**
 * Does it hang on many events, none of which it is missed by: of every subject, and of what stays so once it is? Then who waits for it may look
 * some ms later. What names one subject, may come and go, or is of a worker's process is to be met at once.
 */
export const isPatient = (condition: Condition): boolean => {
  if ('all' in condition) return condition.all.every(isPatient);
  if ('any' in condition) return condition.any.every(isPatient);
  return Object.entries(condition).every(
    ([kind, about]) => LASTS.has(kind) && !(typeof about === 'object' && about !== null && 'subject' in about),
  );
};
