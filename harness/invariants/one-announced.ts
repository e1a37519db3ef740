/** At most one thing announced for one purchase: what the two "at most one" invariants share. */
import { effectsEver } from '../history/effects.ts';
import type { Effect } from '../history/effects.ts';
import type { Subject } from '../history/events.ts';
import { text } from '../history/history.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { normalId, sameId } from '../history/ids.ts';
import { nameOf, short } from '../history/names.ts';
import { ownersOf, pairKey, paymentOf, paymentsOf } from '../history/subjects.ts';
import { publishedBy, uniqueBy } from './judging.ts';
import type { Claim } from './types.ts';

/** What an announcement names, and of which event the row it names is the effect. */
export interface Announcement {
  readonly type: string;
  readonly idField: string;
  readonly effectOf: string;
  readonly thing: string;
}

interface Told {
  readonly id: string;
  readonly event: PipelineEvent;
  /** The payment it is of; undefined: it may be any payment's of that student and course. */
  readonly payment: Subject | undefined;
  /** The named row's times as an effect, in commit order. */
  readonly effects: readonly Effect[];
}

/** Announcements by workers that can only be about the pair's payments. */
const toldOf = (history: History, pair: Subject, { type, idField, effectOf }: Announcement): readonly Told[] =>
  history.pipelineEvents.flatMap((event): Told[] => {
    const id = text(event.body?.[idField]);
    if (event.type !== type || event.byHarness || id === undefined) return [];
    const owners = ownersOf(history, event);
    if (owners.length === 0 || !owners.every((owner) => isPair(owner, pair)) || namesAnother(event, pair)) return [];
    const effects = effectsEver(history, effectOf, pair).filter(({ values }) => sameId(values['id'], id));
    return [{ id: normalId(id), event, payment: paymentOf(history, event), effects }];
  });

const isPair = (a: Subject, b: Subject): boolean =>
  pairKey(a.studentId, a.courseId) === pairKey(b.studentId, b.courseId);

/** A payment's own id over another's student or course: that is for ids-agree and the contract. */
const namesAnother = ({ studentId, courseId }: PipelineEvent, pair: Subject): boolean =>
  (studentId !== undefined && !sameId(studentId, pair.studentId)) ||
  (courseId !== undefined && !sameId(courseId, pair.courseId));

/**
 * Did the one row end before the other began to count? What a service, a person or the scenario ended is followed by
 * another rightly; what a worker ended itself only for another payment.
 */
const isFollowedBy = (one: Told, other: Told): boolean => {
  const [last, first] = [one.effects.at(-1), other.effects[0]];
  if (last?.endedBy === undefined || first === undefined || last.endedBy.lsn > first.since.lsn) return false;
  const isOtherPayment = one.payment !== undefined && other.payment !== undefined && one.payment !== other.payment;
  return last.undoneBy === undefined || isOtherPayment;
};

/** Purchases that were ever active, of which an allocation may be. */
const purchasesEver = (history: History, pair: Subject): number =>
  uniqueBy(effectsEver(history, 'PURCHASE_CONFIRMED', pair), ({ values }) => String(values['id'])).length;

/** Two different things that were told of one purchase. */
const conflictIn = (history: History, pair: Subject, told: readonly Told[]): readonly [Told, Told] | undefined => {
  const isOnePurchase = purchasesEver(history, pair) === 1;
  for (const [i, one] of told.entries())
    for (const other of told.slice(i + 1)) {
      if (one.id === other.id || isFollowedBy(one, other) || isFollowedBy(other, one)) continue;
      const isOnePayment = one.payment !== undefined && one.payment === other.payment;
      if (isOnePayment || isOnePurchase) return [one, other];
    }
  return undefined;
};

/** Students and courses for whose one purchase the workers announced two different things. */
export const twoAnnounced = (history: History, announcement: Announcement): readonly Claim[] =>
  uniqueBy(paymentsOf(history), ({ studentId, courseId }) => pairKey(studentId, courseId)).flatMap((pair): Claim[] => {
    const told = toldOf(history, pair, announcement);
    const conflict = conflictIn(history, pair, told);
    if (conflict === undefined) return [];
    const different = uniqueBy(told, ({ id }) => id);
    const [subject = pair, another] = uniqueBy(
      conflict.flatMap(({ payment }) => payment ?? []),
      ({ correlationId }) => normalId(correlationId),
    );
    const { type, thing } = announcement;
    // Whose they are their own correlation ids say, or else which other payments are known; whether the one row ended
    // before the other began, and whether there was one purchase, the rows tell.
    const areNamed = conflict.every(({ event, payment }) => sameId(event.correlationId, payment?.correlationId));
    const areSeen = another === undefined && conflict.every(({ effects }) => effects.length > 0);
    return [
      {
        message: `${type} told of ${different.length} different ${thing} of ${nameOf(subject)}: ${different.map(({ id }) => short(id)).join(', ')}`,
        evidence: different.map(({ event }) => event.record.seq),
        subject: subject.name,
        shape: 'two-announced',
        ...publishedBy(history, type),
        restsOn: [...(areNamed ? [] : (['kafka'] as const)), ...(areSeen ? [] : (['postgres'] as const))],
      },
    ];
  });
