/** Rows of this trial's payments to which something is owed in the end, and what was published about them. */
import { isFromCall } from '../history/allocations.ts';
import type { Subject } from '../history/events.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { idOf, normalId, sameId } from '../history/ids.ts';
import { addTo, orNew, perHistory } from '../history/memo.ts';
import { idsNamedBy, namesNone } from '../history/named.ts';
import { rowsIn, rowsOf, sinceWhen, tablesAtEnd, versionsOf } from '../history/rows.ts';
import type { Row } from '../history/rows.ts';
import { eventsNaming, eventsOf, ownersOf, paymentsByPair, strayEventsOf } from '../history/subjects.ts';
import { pairOf, viaOf } from '../history/turns.ts';
import { isOwed } from '../pipeline/queries.ts';
import type { Effecting } from '../pipeline/queries.ts';
import { firstOfEachPair, mayStayDeadLettered } from './judging.ts';

export interface Owed {
  /** The payment it is of; of several of one student and course, the first. */
  readonly subject: Subject;
  readonly row: Row;
}

/** Of a stage that writes itself: those of the trial's payments; two payments of one student and course have one row. */
const ofPayments = (history: History, { entity }: Effecting): readonly Owed[] =>
  firstOfEachPair(history).flatMap((subject) =>
    rowsOf(tablesAtEnd(history), entity, subject)
      .filter(({ values }) => isOwed(entity, values))
      .map((row) => ({ subject, row })),
  );

/** Of a stage that calls: those that a call of this trial brought about. What a person decided later, no worker was told. */
const ofCalls = (history: History, { entity }: Effecting): readonly Owed[] => {
  const isSo = (values: Row['values']): boolean => isOwed(entity, values);
  return rowsIn(tablesAtEnd(history), entity.table).flatMap((row): Owed[] => {
    const [subject] = paymentsByPair(history, row.values['student_id'], row.values['course_id']);
    if (subject === undefined || !isSo(row.values)) return [];
    return isFromCall(history, sinceWhen(history, row, isSo), undefined) ? [{ row, subject }] : [];
  });
};

const owedBy = perHistory(() => new Map<Effecting, readonly Owed[]>());

/** What a stage brought about, as it stands at the end: several rules ask for it. */
export const owedAtEnd = (history: History, effecting: Effecting): readonly Owed[] =>
  orNew(owedBy(history), effecting, () =>
    (history.pipeline.isMadeByService(effecting.stage) ? ofCalls : ofPayments)(history, effecting),
  );

/** Payments of the row's student and course. */
export const payersOf = (history: History, { subject: { studentId, courseId } }: Owed): readonly Subject[] =>
  paymentsByPair(history, studentId, courseId).filter(
    (each) => sameId(each.studentId, studentId) && sameId(each.courseId, courseId),
  );

const namesPair = ({ studentId, courseId }: PipelineEvent): boolean =>
  studentId !== undefined && courseId !== undefined;

/** Events of each type that name no student and course: whose payment they are of tells whom they are about. */
const unpaired = perHistory((history) => {
  const events = new Map<string, PipelineEvent[]>();
  for (const event of history.pipelineEvents) if (!namesPair(event)) addTo(events, event.type, event);
  return events;
});

/** Records of this type about the row's student and course, whoever published them and for which of its payments. */
export const publishedAbout = (history: History, owed: Owed, type: string): readonly PipelineEvent[] => {
  const { studentId, courseId } = owed.subject;
  const isPaired = (event: PipelineEvent): boolean =>
    namesPair(event) && sameId(event.studentId, studentId) && sameId(event.courseId, courseId);
  const naming = eventsNaming(history, type, { studentId, courseId });
  const paired = naming.every(isPaired) ? naming : naming.filter(isPaired);
  const nameNobody = unpaired(history).get(type) ?? [];
  // By arrival, as all lists of events are.
  if (nameNobody.length === 0) return paired;
  const payers = payersOf(history, owed);
  const others = nameNobody.filter((event) => ownersOf(history, event).some((owner) => payers.includes(owner)));
  return [...paired, ...others].sort((a, b) => a.record.seq - b.record.seq);
};

/**
 * The stages that may have brought the row about: where several do that, those whose event was there for one of its payments, or
 * that work unasked. Of what nothing tells who made it, each may have.
 */
export const mayHaveMade = (history: History, { name }: Effecting, owed: Owed): readonly Effecting[] => {
  const makers = history.pipeline.makersOf(name);
  if (makers.length < 2) return makers;
  const had = makers.filter(
    ({ stage: { consumes, unasked } }) =>
      unasked !== undefined ||
      payersOf(history, owed).some(
        (payer) => eventsOf(history, payer, consumes).length > 0 || strayEventsOf(history, payer, consumes).length > 0,
      ),
  );
  return had.length === 0 ? makers : had;
};

/**
 * What is missing of a row's announcements by every stage that may have made it, as each would owe them. Empty: one of them owes
 * nothing. Of several stages it is one of these that is missing.
 */
export const missingByEach = (
  makers: readonly Effecting[],
  missingOf: (maker: Effecting) => readonly string[],
): readonly string[] => {
  const missing = makers.map(missingOf);
  if (missing.some((types) => types.length === 0)) return [];
  const [only = [], ...others] = missing;
  return others.length === 0 ? only : [[...new Set(missing.flat())].join(' or ')];
};

/** Rows that make one effect with the given one: via the same row, or of the same student and course; else only itself. */
const isOneEffectWith = ({ entity }: Effecting, { values }: Row, other: Row['values']): boolean =>
  entity.rows === undefined
    ? sameId(other['id'], values['id'])
    : viaOf(entity, other) === viaOf(entity, values) && pairOf(other) === pairOf(values);

/** Does the event name this very row, or one that makes one effect with it? One that names none says nothing else. */
export const isAbout = (history: History, event: PipelineEvent, effecting: Effecting, { row }: Owed): boolean => {
  if (history.pipeline.namedBy(event.type)?.entity !== effecting.entity) return true;
  if (namesNone(history, event)) return false;
  const ids = idsNamedBy(history, event);
  return (
    ids.length === 0 ||
    ids.some((id) => sameId(id, row.values['id'])) ||
    ids.some((id) => {
      const last = versionsOf(history, effecting.entity.table, id).at(-1);
      return last !== undefined && isOneEffectWith(effecting, row, last.values);
    })
  );
};

/** What one effect is known by; undefined: a row without an id, which makes none. */
const effectKey = ({ entity }: Effecting, { row: { values } }: Owed): string | undefined => {
  if (entity.rows !== undefined) return `${viaOf(entity, values) ?? ''} ${pairOf(values)}`;
  const id = idOf(values['id']);
  return id === undefined ? undefined : normalId(id);
};

/** The rows of each effect, in the order of their first ones. */
export const effectsIn = (effecting: Effecting, all: readonly Owed[]): readonly (readonly [Owed, ...Owed[]])[] => {
  const effects = new Map<string, [Owed, ...Owed[]]>();
  for (const owed of all) {
    const key = effectKey(effecting, owed);
    if (key === undefined) continue;
    const known = effects.get(key);
    if (known === undefined) effects.set(key, [owed]);
    else known.push(owed);
  }
  return [...effects.values()];
};

/** The scenario allows the event to end in the dead-letter queue for one of its payments, and it did. */
export const mayBeDeadLettered = (history: History, owed: Owed, type: string): boolean =>
  payersOf(history, owed).some((payer) => mayStayDeadLettered(history, payer, type));
