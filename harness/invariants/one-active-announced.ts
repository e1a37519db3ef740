/** At most one thing announced for one payment, or for the one row that it is of. */
import { effectsEverOf } from '../history/effects.ts';
import type { Subject } from '../history/events.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { normalId, sameId } from '../history/ids.ts';
import { idsNamedBy } from '../history/named.ts';
import { nameOf, short } from '../history/names.ts';
import type { Effect } from '../history/turns.ts';
import { byPairOf, idKey } from '../history/keys.ts';
import type { ByPair } from '../history/keys.ts';
import { ownersOf, paymentOf } from '../history/subjects.ts';
import type { OneOfDeclaration } from '../pipeline/declaration.ts';
import type { Effecting, Pipeline } from '../pipeline/queries.ts';
import { firstOfEachPair, publishedBy, uniqueBy } from './judging.ts';
import type { Claim } from './types.ts';

interface Told {
  readonly id: string;
  readonly event: PipelineEvent;
  /** The payment it is of; undefined: it may be any payment's of that student and course. */
  readonly payment: Subject | undefined;
  /** The named row's times as an effect, in commit order. Found when it is asked for: most payments were told of one row only. */
  readonly effects: () => readonly Effect[];
}

const NONE: readonly never[] = [];

const isOfPair = (one: Subject, other: Subject): boolean =>
  idKey(one.studentId) === idKey(other.studentId) && idKey(one.courseId) === idKey(other.courseId);

/** Events of the type by the one student and course that all payments are of which they may belong to. */
const byPair = (history: History, type: string): ByPair<PipelineEvent> => {
  const events = byPairOf<PipelineEvent>();
  for (const event of history.pipelineEvents) {
    if (event.type !== type) continue;
    const owners = ownersOf(history, event);
    const [first] = owners;
    if (first === undefined || !owners.every((owner) => owner === first || isOfPair(owner, first))) continue;
    events.add(first.studentId, first.courseId, event);
  }
  return events;
};

/** Announcements by workers that can only be about the pair's payments, where there may be two. */
const toldOf = (
  history: History,
  pair: Subject,
  { entity }: Effecting,
  events: readonly PipelineEvent[],
): readonly Told[] => {
  // Of most payments one is all.
  if (events.length < 2) return NONE;
  return events.flatMap((event): Told[] => {
    if (event.byHarness) return [];
    const [id, ...others] = idsNamedBy(history, event);
    // One that tells of several rows tells of none as the one.
    if (id === undefined || others.length > 0 || namesAnother(event, pair)) return [];
    return [
      {
        id: normalId(id),
        event,
        payment: paymentOf(history, event),
        effects: () => effectsEverOf(history, entity, pair).filter(({ values }) => sameId(values['id'], id)),
      },
    ];
  });
};

/** A payment's own id over another's student or course: that is for ids-agree and the contract. */
const namesAnother = ({ studentId, courseId }: PipelineEvent, pair: Subject): boolean =>
  (studentId !== undefined && !sameId(studentId, pair.studentId)) ||
  (courseId !== undefined && !sameId(courseId, pair.courseId));

/**
 * Did the one row end before the other began to count? What a service, a person or the scenario ended is followed by
 * another rightly; what a worker ended itself only for another payment.
 */
const isFollowedBy = (one: Told, other: Told): boolean => {
  const [last, first] = [one.effects().at(-1), other.effects()[0]];
  if (last?.endedBy === undefined || first === undefined || last.endedBy.lsn > first.since.lsn) return false;
  const isOtherPayment = one.payment !== undefined && other.payment !== undefined && one.payment !== other.payment;
  return last.undoneBy === undefined || isOtherPayment;
};

/** Was there ever one row only of which these may be: one that they require, or, where they require none, their own? */
const isOfOne = (history: History, pair: Subject, { entity }: Effecting): boolean => {
  const of = entity.requires === undefined ? entity : history.pipeline.entity(entity.requires.entity);
  return uniqueBy(effectsEverOf(history, of, pair), ({ values }) => String(values['id'])).length === 1;
};

/** Two different things that were told of one payment, or of one row. */
const conflictIn = (
  history: History,
  pair: Subject,
  effecting: Effecting,
  told: readonly Told[],
): readonly [Told, Told] | undefined => {
  if (told.every(({ id }) => id === told[0]?.id)) return undefined;
  const isOneRow = isOfOne(history, pair, effecting);
  for (const [i, one] of told.entries())
    for (const other of told.slice(i + 1)) {
      if (one.id === other.id || isFollowedBy(one, other) || isFollowedBy(other, one)) continue;
      const isOnePayment = one.payment !== undefined && one.payment === other.payment;
      if (isOnePayment || isOneRow) return [one, other];
    }
  return undefined;
};

/** The first that its stage announces of it tells that it is there; what else is told follows. */
const announcementOf = (pipeline: Pipeline, { stage, name }: Effecting): string | undefined =>
  stage.announces.find((type) => pipeline.namedBy(type)?.name === name);

/** Students and courses for whose one payment, or one row that is required, the workers announced two different things. */
export const twoAnnounced = (
  history: History,
  effecting: Effecting,
  { plural }: OneOfDeclaration,
): readonly Claim[] => {
  const type = announcementOf(history.pipeline, effecting);
  if (type === undefined) return [];
  const announced = byPair(history, type);
  return firstOfEachPair(history).flatMap((pair): readonly Claim[] => {
    const told = toldOf(history, pair, effecting, announced.get(pair.studentId, pair.courseId));
    const conflict = conflictIn(history, pair, effecting, told);
    if (conflict === undefined) return NONE;
    const different = uniqueBy(told, ({ id }) => id);
    const [subject = pair, another] = uniqueBy(
      conflict.flatMap(({ payment }) => payment ?? []),
      ({ correlationId }) => normalId(correlationId),
    );
    // Whose they are their own correlation ids say, or else which other payments are known; whether the one row ended
    // before the other began, and whether there was one purchase, the rows tell.
    const areNamed = conflict.every(({ event, payment }) => sameId(event.correlationId, payment?.correlationId));
    const areSeen = another === undefined && conflict.every(({ effects }) => effects().length > 0);
    return [
      {
        message: `${type} told of ${different.length} different ${plural} of ${nameOf(subject)}: ${different.map(({ id }) => short(id)).join(', ')}`,
        evidence: different.map(({ event }) => event.record.seq),
        subject: subject.name,
        shape: 'two-announced',
        ...publishedBy(history, type),
        restsOn: [...(areNamed ? [] : (['kafka'] as const)), ...(areSeen ? [] : (['postgres'] as const))],
      },
    ];
  });
};
