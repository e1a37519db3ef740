/** What several invariants need to come to a verdict. */
import { endingOf } from '../history/completeness.ts';
import type { Subject } from '../history/events.ts';
import { hindrancesOf } from '../history/hindrances.ts';
import type { History } from '../history/history.ts';
import { workerNames } from '../history/liveness.ts';
import { deadLettersOf } from '../history/letters.ts';
import { perHistory } from '../history/memo.ts';
import { pairKey } from '../history/keys.ts';
import { paymentsOf } from '../history/subjects.ts';
import type { Claim, Findings } from './types.ts';

/** What is missing may be missing because of what somebody did to the database: it is told, and nobody is named. */
const hindered = (history: History, claims: readonly Claim[]): readonly Claim[] => {
  const seen = [...new Set(hindrancesOf(history).map(({ seq }) => seq))];
  if (seen.length === 0) return claims;
  return claims.map(({ worker: _worker, ...claim }) => ({ ...claim, evidence: [...claim.evidence, ...seen] }));
};

/**
 * For statements about the end: judged once the trial has settled or its deadline has passed. What is absent then claims
 * only what its sources bear.
 */
export const atTheEnd = (history: History, judge: () => readonly Claim[]): Findings =>
  endingOf(history).state === 'open'
    ? {
        violations: [],
        undecided: [{ message: 'the history ends before the trial had settled', evidence: [], shape: 'not-settled' }],
      }
    : { violations: hindered(history, judge()) };

/** The scenario allows the payment to end in the dead-letter queue, and an event of this type did. */
export const mayStayDeadLettered = (history: History, subject: Subject, type: string): boolean =>
  subject.mayDeadLetter && deadLettersOf(history, subject, type).length > 0;

/** The worker that plays this part, as a part of a finding; of several, nothing tells which one it was. */
export const playedBy = (history: History, role: string | undefined): { readonly worker?: string } => {
  const [only, ...others] = role === undefined ? [] : workerNames(history, role);
  return only === undefined || others.length > 0 ? {} : { worker: only };
};

/** May this worker play the part? One program may play several; of a name that is no worker's nothing is known. */
export const mayPlay = (history: History, name: string, role: string): boolean => {
  const parts = history.started.workers.filter((worker) => worker.name === name);
  return parts.length === 0 || parts.some((worker) => worker.role === role);
};

/** The worker whose part it is to publish this event. */
export const publishedBy = (history: History, type: string): { readonly worker?: string } =>
  playedBy(history, history.pipeline.announcerOf(type));

/** One payment, the first, of each student and course. */
export const firstOfEachPair = perHistory((history): readonly Subject[] =>
  uniqueBy(paymentsOf(history), ({ studentId, courseId }) => pairKey(studentId, courseId)),
);

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
