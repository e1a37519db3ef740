import { isLive } from '../../history/completeness.ts';
import { isThere } from '../../history/groups.ts';
import type { History } from '../../history/history.ts';
import { sameId } from '../../history/ids.ts';
import { nameOf, short } from '../../history/names.ts';
import { strayEventsOf } from '../../history/subjects.ts';
import { thatPair } from '../../pipeline/words.ts';
import { currentStage, laterThan } from '../facts.ts';
import type { Facts } from '../facts.ts';
import { isWorkersMark } from '../stage.ts';
import type { StageFacts } from '../stage.ts';
import type { CauseRule } from '../types.ts';
import { isOnlyPassed, perhapsPassedOn } from '../unasked.ts';

/** Will the stage's worker still come to it? Then the event is not missing, only not there yet. */
const mayStillCome = ({ events, isOver }: StageFacts): boolean => events.length > 0 && !isOver;

/** What the stage was to bring about is missing because the guard or its service stopped it: that is another cause. */
const wasStopped = (stage: StageFacts): boolean =>
  !stage.isThrough &&
  (stage.declared.calls !== undefined ||
    (stage.guard !== undefined && (stage.isPassedForGood || isWorkersMark(stage))));

/** Another payment of the same student and course may have it: who consumes that one does the work of both. */
const isThereForAnother = ({ history, subject }: Facts, wanted: string): boolean =>
  history.pipelineEvents.some(
    ({ type, studentId, courseId, record }) =>
      type === wanted &&
      sameId(studentId, subject.studentId) &&
      sameId(courseId, subject.courseId) &&
      isThere(history, record) !== 'no',
  );

/** Nobody saw when a live system's row was written: until it has stood for all of patience somebody may be about to tell of it. */
const isJustRead = (history: History): boolean => isLive(history) && history.of('trial.patience').length === 0;

export const eventNotEmitted: CauseRule = {
  id: 'event-not-emitted',
  prove: (facts) => {
    const { history, subject, missing } = facts;
    const stage = currentStage(facts);
    const [next] = laterThan(facts, stage);
    if (facts.at === 'not-begun' || next === undefined || missing.length > 0) return undefined;
    if (mayStillCome(stage) || wasStopped(stage) || isJustRead(history)) return undefined;
    const wanted = next.declared.consumes;
    if (isThereForAnother(facts, wanted)) return undefined;
    // One of which nothing tells whose it is may be this payment's.
    if (strayEventsOf(history, subject, wanted).length > 0) return undefined;
    const row = stage.effects[0];
    const writer = row?.since.writer ?? 'a worker';
    return {
      message:
        row === undefined
          ? `${stage.declared.consumes} of ${nameOf(subject)} was consumed, and no ${wanted} of ${thatPair(history.pipeline)} is in its topic${perhapsPassedOn(history, stage)}`
          : `${stage.name} ${short(row.values['id'])} of ${nameOf(subject)} was written by ${writer}, and no ${wanted} of ${thatPair(history.pipeline)} is in its topic`,
      evidence: [
        ...(row === undefined ? [] : [row.since.seq]),
        ...stage.events.map(({ record }) => record.seq),
        ...history
          .of('trial.barrier')
          .slice(-1)
          .map(({ seq }) => seq),
      ],
      // That its worker is through with it may rest on an offset, from which its group may have been moved back.
      // And a call would show that the event was there.
      restsOn: ['kafka', 'postgres', 'admin-service', ...(stage.events.length === 0 ? [] : (['offsets'] as const))],
      standsWithout: ['admin-service'],
      ...(isOnlyPassed(history, stage) ? { undecided: true } : {}),
      // Of the report's questions it is the third of the next stage.
      stage: next,
      story: row === undefined ? 'consumed' : `row by ${writer}`,
    };
  },
};
