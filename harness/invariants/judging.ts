/** What several invariants need to come to a verdict. */
import { gapsOf, endingOf } from '../history/completeness.ts';
import type { BarrierSource, Subject } from '../history/events.ts';
import type { History } from '../history/history.ts';
import { deadLettersOf } from '../history/subjects.ts';
import type { EventType } from '../pipeline/pipeline.ts';
import type { Finding } from '../history/verdict.ts';
import type { Findings } from './types.ts';

/**
 * For statements about the end: judged once the trial has settled or its deadline has passed, and only when the
 * sources are complete, because what is absent from an incomplete record may have happened all the same.
 */
export const atTheEnd = (
  history: History,
  sources: readonly BarrierSource[],
  judge: () => readonly Finding[],
): Findings => {
  const gaps = gapsOf(history, sources);
  if (gaps.length > 0) return { violations: [], undecided: gaps };
  if (endingOf(history).state === 'open')
    return { violations: [], undecided: [{ message: 'the history ends before the trial had settled', evidence: [] }] };
  return { violations: judge() };
};

/** The scenario allows the payment to end in the dead-letter queue, and an event of this type did. */
export const mayStayDeadLettered = (history: History, subject: Subject, type: EventType): boolean =>
  subject.mayDeadLetter && deadLettersOf(history, subject, type).length > 0;

/** Each value once, by a key of it. */
export const uniqueBy = <T>(values: readonly T[], key: (value: T) => string): readonly T[] => {
  const seen = new Set<string>();
  return values.filter((value) => {
    const k = key(value);
    if (seen.has(k)) return false;
    seen.add(k);
    return true;
  });
};
