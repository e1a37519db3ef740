/** Effects that a worker took back: whose row it was does not tell who did. */
import { isFromCallOrWorker } from '../history/allocations.ts';
import { effectsEverBy } from '../history/effects.ts';
import type { History } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import type { Commit } from '../history/rows.ts';
import { paymentsByPair } from '../history/subjects.ts';
import type { Ids } from '../history/subjects.ts';
import { playedBy } from './judging.ts';
import type { Claim } from './types.ts';

export interface TakenBack {
  /** The commits: with which it was there, and with which it was gone. */
  readonly evidence: readonly number[];
  /**
   * Is it that one which is missing? Of a student and course with several payments another one's may never have been; and what the scenario
   * gave was no effect of the event, though it may have been a reason to bring about none.
   */
  readonly isIt: boolean;
}

export interface Which {
  /** Only one that is via this row, where the effect is via one at all. */
  readonly via?: string | undefined;
  /** Only one that was gone by this commit. */
  readonly by?: Commit;
}

/** The stage's effect for this student and course that was the last to be taken back by a worker; undefined: none was. */
export const takenBackOf = (
  history: History,
  role: string,
  ids: Ids,
  { via, by }: Which = {},
): TakenBack | undefined => {
  const last = effectsEverBy(history, role, ids).findLast(
    (effect) =>
      effect.undoneBy !== undefined &&
      (by === undefined || effect.undoneBy.lsn <= by.lsn) &&
      (via === undefined || effect.via === undefined || sameId(effect.via, via)),
  );
  if (last?.undoneBy === undefined) return undefined;
  const { since, undoneBy, values } = last;
  const isOnly = paymentsByPair(history, ids.studentId, ids.courseId).length < 2;
  return { evidence: [since.seq, undoneBy.seq], isIt: isOnly && isFromCallOrWorker(history, since, values['id']) };
};

/** Whose doing it is that the effect is missing: of one that was there and taken back, any worker's, unless there is just one. */
export const missingBy = (
  history: History,
  role: string | undefined,
  takenBack: TakenBack | undefined,
): Pick<Claim, 'worker'> => {
  const names = new Set(history.started.workers.map(({ name }) => name));
  return takenBack === undefined || names.size === 1 ? playedBy(history, role) : {};
};
