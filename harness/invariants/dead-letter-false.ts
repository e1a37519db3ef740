/** Dead-letter records for events that had their effect by the same attempt, and events processed in spite of one. */
import type { HistoryEvent, Subject } from '../history/events.ts';
import { hadEffectBy, effectsHadBy } from '../history/effects.ts';
import type { DeadLetter, History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { idsNamedBy } from '../history/named.ts';
import { eventName, nameOf } from '../history/names.ts';
import { CLOCK_SLACK_MS, wallClock } from '../history/order.ts';
import { versionsOf } from '../history/rows.ts';
import { eventsOf, strayCallsOf, strayEventsOf } from '../history/subjects.ts';
import { tellingsOf } from '../history/tellings.ts';
import type { StageDeclaration } from '../pipeline/declaration.ts';
import { truthfulId } from './answers.ts';
import { attemptsAt } from './dead-letter-letters.ts';
import type { Letters } from './dead-letter-letters.ts';
import { interruptionsOf } from './interruptions.ts';
import { playedBy } from './judging.ts';
import type { Claim, Told } from './types.ts';

/** What shows that the attempt had done all it was for, with the moment (wall clock, ms) at which that was done. */
interface Success {
  readonly evidence: readonly number[];
  readonly doneAt: number;
}

type Announcement = HistoryEvent<'kafka.record'>;

/** For each that the stage announces the first by a worker that names the row; undefined: one of them is not there. */
const announcementsOf = (
  history: History,
  subject: Subject,
  { announces }: StageDeclaration,
  id: unknown,
): readonly Announcement[] | undefined => {
  const found = announces.map(
    (type) =>
      eventsOf(history, subject, type).find(
        (event) => !event.byHarness && idsNamedBy(history, event).some((named) => sameId(named, id)),
      )?.record,
  );
  return found.every((record) => record !== undefined) ? found : undefined;
};

/**
 * The last call was answered truthfully with a row that is committed, and it was announced where it is to be.
 * Any call after it, or one that may have been another payment's, may be the attempt that failed.
 */
const calledFor = (history: History, letters: Letters, subject: Subject): Success | undefined => {
  const stage = history.pipeline.stage(letters.role);
  const last = attemptsAt(history, letters).at(-1);
  const entity = history.pipeline.broughtAboutBy(letters.role);
  const id = last && entity && truthfulId(history, last, entity);
  if (last?.response === undefined || id === undefined || strayCallsOf(history, subject).length > 0) return undefined;
  if (entity === undefined || versionsOf(history, entity.table, id).length === 0) return undefined;
  const answeredAt = wallClock(history, last.response.at);
  // What is to be decided by a person is not announced yet.
  const isOpen = last.answers?.open.includes(last.response.status ?? 0) === true;
  const announced = isOpen ? [] : announcementsOf(history, subject, stage, id);
  return (
    announced && {
      evidence: [last.response.seq, ...announced.map(({ seq }) => seq)],
      doneAt: Math.max(answeredAt, ...announced.map(({ timestamp }) => timestamp)),
    }
  );
};

/** A worker's own transaction made the row, and all of its announcements are there. */
const written = (history: History, { role }: Letters, subject: Subject): Success | undefined => {
  const stage = history.pipeline.stage(role);
  const made = effectsHadBy(history, role, subject).find(({ since }) => since.writer === null);
  const announced = made && announcementsOf(history, subject, stage, made.values['id']);
  if (made === undefined || announced === undefined) return undefined;
  return {
    evidence: [made.since.seq, ...announced.map(({ seq }) => seq)],
    doneAt: Math.max(made.since.committedAt, ...announced.map(({ timestamp }) => timestamp)),
  };
};

/** Was the letter written after all that? It says so itself, and it arrived after it. */
const isAfter = (history: History, { record }: DeadLetter, { evidence, doneAt }: Success): boolean =>
  history.started.sharedClock &&
  record.timestamp + CLOCK_SLACK_MS > doneAt &&
  evidence.every((seq) => seq < record.seq);

const about = (event: PipelineEvent, subject: Subject): string => `${eventName(event)} of ${nameOf(subject)}`;

/** Was it told once, and is it its payment's only event of this type? Else the effect may be another telling's, and this one failed. */
const isOnly = (history: History, event: PipelineEvent, subject: Subject): boolean =>
  tellingsOf(history, event).length === 1 &&
  strayEventsOf(history, subject, event.type).length === 0 &&
  eventsOf(history, subject, event.type).length === 1;

/**
 * Letters for an event that had succeeded: nothing of it had failed, and nothing broke the worker off, so that this very
 * attempt brought about its effect.
 */
export const falseLetters = (history: History, letters: Letters): readonly Claim[] => {
  const { event, role, subject } = letters;
  if (subject === undefined || !isOnly(history, event, subject) || interruptionsOf(history, role).length > 0) return [];
  const proofOf = history.pipeline.isMadeByService(history.pipeline.stage(role)) ? calledFor : written;
  const success = proofOf(history, letters, subject);
  if (success === undefined) return [];
  return letters.letters
    .filter((letter) => isAfter(history, letter, success))
    .map(({ record }) => ({
      message: `${about(event, subject)} went to the dead-letter queue by an attempt that had succeeded`,
      evidence: [record.seq, ...success.evidence],
      subject: subject.name,
      shape: 'had-its-effect',
      ...playedBy(history, role),
      // A call or a rebalance that was not read may tell of another attempt, which failed.
      restsOn: ['kafka', 'offsets', 'admin-service'],
    }));
};

/** The event had its effect all the same: a redelivery may rightly have brought it about. */
export const processedAllTheSame = (history: History, { event, role, subject, letters }: Letters): readonly Told[] => {
  const had = subject === undefined ? [] : effectsHadBy(history, role, subject);
  if (subject === undefined || !hadEffectBy(history, role, subject)) return [];
  return [
    {
      message: `${about(event, subject)} is in the dead-letter queue and has had its effect`,
      evidence: [...letters.map(({ record }) => record.seq), ...had.map(({ since }) => since.seq)],
      subject: subject.name,
      shape: 'dead-lettered-and-processed',
      ...playedBy(history, role),
    },
  ];
};
