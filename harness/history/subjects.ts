/** What of a history belongs to which payment. */
import { calledBy } from './called.ts';
import type { Subject } from './events.ts';
import type { Call, History, PipelineEvent } from './views.ts';
import { idOf, isUuid, sameId } from './ids.ts';
import { byPairOf, heldUnder, idKey } from './keys.ts';
import type { ByPair } from './keys.ts';
import { addTo, collecting, folded, keptWith, orNew, perHistory } from './memo.ts';
import type { Fold } from './memo.ts';
import { namedByCall } from './named-by-call.ts';
import { short } from './names.ts';

/** Ids by which something may be told to belong to a payment. */
export interface Ids {
  readonly correlationId?: string | undefined;
  readonly studentId?: string | undefined;
  readonly courseId?: string | undefined;
}

/** Beginnings of payments that are no subject's; who told of each may be known only later. */
const furtherBeginnings = folded({
  list: (history) => history.pipelineEvents,
  begin: ({ pipeline, subjects }) => {
    const known = new Set(subjects.map((subject) => idKey(subject.correlationId)));
    return collecting((event: PipelineEvent): PipelineEvent | undefined => {
      const { correlationId, studentId, courseId, type } = event;
      if (!pipeline.begins(type)) return undefined;
      if (correlationId === undefined || studentId === undefined || courseId === undefined) return undefined;
      return known.has(idKey(correlationId)) ? undefined : event;
    });
  },
});

/** What else the harness itself paid. */
const furtherPayments = ({ pipeline }: History, beginnings: readonly PipelineEvent[]): readonly Subject[] => {
  const known = new Map<string, Subject>();
  for (const { correlationId = '', studentId = '', courseId = '', byHarness } of beginnings) {
    if (!byHarness || known.has(idKey(correlationId))) continue;
    const name = `${pipeline.subject.called} ${short(correlationId)}`;
    const ids = { correlationId, studentId, courseId };
    known.set(idKey(correlationId), { name, ...ids, mayDeadLetter: false, ...calledBy(pipeline) });
  }
  return [...known.values()];
};

/** Of two beginnings with one id the one that is known first to be the harness's may not be the first. */
const isSame = (one: Subject, other: Subject | undefined): boolean =>
  one.correlationId === other?.correlationId && one.studentId === other.studentId && one.courseId === other.courseId;

const latestPayments = keptWith(({ subjects }) => ({ all: subjects }));

/**
 * The payments a trial is answerable for: the scenario's subjects, and what else the harness itself paid.
 * Whatever carries other ids belongs to another trial and is not judged here. The same list for as long as it holds the same ones.
 */
export const paymentsOf = perHistory((history): readonly Subject[] => {
  const beginnings = furtherBeginnings(history);
  if (beginnings.length === 0) return history.subjects;
  const latest = latestPayments(history);
  // In the order of their first records, which may come to be known as the harness's in another one.
  const all = [...history.subjects, ...furtherPayments(history, beginnings)];
  if (all.length !== latest.all.length || !all.every((one, i) => isSame(one, latest.all[i]))) latest.all = all;
  return latest.all;
});

const grouped = (all: readonly Subject[], key: (payment: Subject) => string): ReadonlyMap<string, Subject[]> => {
  const groups = new Map<string, Subject[]>();
  for (const payment of all) addTo(groups, key(payment), payment);
  return groups;
};

const NONE: readonly never[] = [];

const indexed = (all: readonly Subject[]) => {
  const byPair = byPairOf<Subject>();
  for (const payment of all) byPair.add(payment.studentId, payment.courseId, payment);
  return {
    // Of several of one id the last; one that is empty is none.
    byCorrelation: new Map(
      all.filter((p) => idOf(p.correlationId) !== undefined).map((p) => [idKey(p.correlationId), [p] as const]),
    ),
    byPair,
    byStudent: grouped(all, (p) => idKey(p.studentId)),
  };
};

const latestIndex = keptWith(({ subjects }) => ({ of: subjects, index: indexed(subjects) }));

const index = (history: History): ReturnType<typeof indexed> => {
  const latest = latestIndex(history);
  const all = paymentsOf(history);
  if (latest.of !== all) Object.assign(latest, { of: all, index: indexed(all) });
  return latest.index;
};

/** The one payment that has this correlation id, in a list; undefined: none has. */
const soleOwner = (history: History, correlationId: unknown): readonly [Subject] | undefined => {
  const id = typeof correlationId === 'string' ? correlationId : idOf(correlationId);
  return id === undefined ? undefined : heldUnder(index(history).byCorrelation, id);
};

/** The payment that has this correlation id. */
export const paymentById = (history: History, correlationId: unknown): Subject | undefined =>
  soleOwner(history, correlationId)?.[0];

/** The payments of this student and course: rows carry no correlation id, so a row belongs to each of them. */
export const paymentsByPair = (history: History, studentId: unknown, courseId: unknown): readonly Subject[] =>
  index(history).byPair.get(studentId, courseId);

/** The payments of this student, whatever the course: the student's id makes a row the trial's. */
export const paymentsOfStudent = (history: History, studentId: unknown): readonly Subject[] =>
  heldUnder(index(history).byStudent, studentId) ?? NONE;

/**
 * The payments that something may belong to: the one whose correlation id it carries; where it carries none of a
 * payment's, those of its student and course. More than one: nothing tells which, so it is evidence against none.
 */
export const ownersOf = (history: History, { correlationId, studentId, courseId }: Ids): readonly Subject[] =>
  soleOwner(history, correlationId) ?? paymentsByPair(history, studentId, courseId);

const sole = (payments: readonly Subject[]): Subject | undefined => (payments.length === 1 ? payments[0] : undefined);

/** The payment something belongs to: by correlation id, else by student and course where those are one payment's. */
export const paymentOf = (history: History, ids: Ids): Subject | undefined => sole(ownersOf(history, ids));

/** Payments are known by their id: a later look at the same history may hold them anew. */
const isPayment = (payment: Subject | undefined, subject: Subject): boolean =>
  sameId(payment?.correlationId, subject.correlationId);

/** Does the event name the payment's student and course? One that names neither or only one of them names no other. */
const namesPairOf = (event: PipelineEvent, subject: Subject): boolean =>
  event.studentId === undefined || event.courseId === undefined
    ? paymentIdIs(event, subject)
    : sameId(event.studentId, subject.studentId) && sameId(event.courseId, subject.courseId);

const paymentIdIs = (event: PipelineEvent, subject: Subject): boolean =>
  sameId(event.correlationId, subject.correlationId);

/** Is the event about the payment's student and course, and the payment's own? */
export const isEventOf = (history: History, event: PipelineEvent, subject: Subject): boolean =>
  namesPairOf(event, subject) && isPayment(paymentOf(history, event), subject);

interface EventsByPayment {
  /** By type and payment, of those that are one payment's. */
  readonly owned: ReadonlyMap<string, ReadonlyMap<string, readonly PipelineEvent[]>>;
  /** By type, of those that are no payment's for certain. */
  readonly strays: ReadonlyMap<string, readonly PipelineEvent[]>;
}

const eventsByPayment = folded({
  list: (history) => history.pipelineEvents,
  basis: paymentsOf,
  begin: (history): Fold<PipelineEvent, EventsByPayment> => {
    const owned = new Map<string, Map<string, PipelineEvent[]>>();
    const strays = new Map<string, PipelineEvent[]>();
    return {
      facts: { owned, strays },
      observe: (event) => {
        const owner = paymentOf(history, event);
        if (owner === undefined) return addTo(strays, event.type, event);
        const ofType = orNew(owned, event.type, () => new Map<string, PipelineEvent[]>());
        addTo(ofType, idKey(owner.correlationId), event);
      },
    };
  },
});

/** Committed records of this type about the payment's student and course, by arrival. */
export const eventsOf = (history: History, subject: Subject, type: string): readonly PipelineEvent[] => {
  const ofType = eventsByPayment(history).owned.get(type);
  // An id that is empty is none.
  if (ofType === undefined || subject.correlationId === '') return NONE;
  const owned = heldUnder(ofType, subject.correlationId) ?? NONE;
  return owned.every((event) => namesPairOf(event, subject))
    ? owned
    : owned.filter((event) => namesPairOf(event, subject));
};

/**
 * Events of this type that may be about the payment and belong to no payment for certain: they are no evidence for or
 * against anyone, and nothing may be concluded from their not being the payment's.
 */
export const strayEventsOf = (history: History, subject: Subject, type: string): readonly PipelineEvent[] =>
  (eventsByPayment(history).strays.get(type) ?? []).filter((event) => {
    const owners = ownersOf(history, event);
    if (owners.length > 0) return owners.length > 1 && owners.some((owner) => isPayment(owner, subject));
    // One that names a stranger and nothing else is a stranger's.
    if (isUuid(event.correlationId) && event.studentId === undefined && event.courseId === undefined) return false;
    return mayBe(event.studentId, subject.studentId) && mayBe(event.courseId, subject.courseId);
  });

/** May this be the id that was meant? An id that is missing, or none at all, is nobody else's. */
const mayBe = (id: string | undefined, meant: string): boolean =>
  id === undefined || sameId(id, meant) || (isUuid(meant) && !isUuid(id));

interface EventsByName {
  readonly byId: Map<string, PipelineEvent[]>;
  readonly byPair: ByPair<PipelineEvent>;
}

const namesOfType = (): EventsByName => ({ byId: new Map(), byPair: byPairOf() });

/** By type. */
const byName = folded({
  list: (history) => history.pipelineEvents,
  begin: (): Fold<PipelineEvent, ReadonlyMap<string, EventsByName>> => {
    const facts = new Map<string, EventsByName>();
    return {
      facts,
      observe: (event) => {
        const { byId, byPair } = orNew(facts, event.type, namesOfType);
        addTo(byId, idKey(event.correlationId), event);
        byPair.add(event.studentId, event.courseId, event);
      },
    };
  },
});

/**
 * Events of this type that name this payment, or this student and course, whosever they are for certain: all that do are among them,
 * by arrival.
 */
export const eventsNaming = (history: History, type: string, ids: Ids): readonly PipelineEvent[] => {
  const facts = byName(history);
  const ofType = facts.get(type);
  if (ofType === undefined) return NONE;
  const byId = heldUnder(ofType.byId, ids.correlationId) ?? NONE;
  const byPair = ofType.byPair.get(ids.studentId, ids.courseId);
  if (byId.length === 0 || byPair.length === 0) return byId.length === 0 ? byPair : byId;
  if (byId.length === byPair.length && byId.every((event, i) => event === byPair[i])) return byId;
  return [...new Set([...byId, ...byPair])].sort((a, b) => a.record.seq - b.record.seq);
};

const namedIn = (history: History, call: Call): readonly Subject[] =>
  namedByCall(call, {
    byId: (id) => paymentById(history, id),
    byPair: (studentId, courseId) => paymentsByPair(history, studentId, courseId),
  });

/**
 * Is it a call for this event: by the correlation id that it carries, or by student and course? Of several ids those count that say
 * whose call it is.
 */
export const isCallFor = (history: History, call: Call, event: PipelineEvent): boolean => {
  const named = namedIn(history, call);
  const ids = named.length > 0 ? named.map(({ correlationId }) => correlationId) : call.correlationIds.flat();
  return (
    ids.some((id) => sameId(id, event.correlationId)) ||
    (sameId(call.studentId, event.studentId) && sameId(call.courseId, event.courseId))
  );
};

/** The payments a call may belong to, as `ownersOf`; a call that names no course is the student's only payment's. */
const ownersOfCall = (history: History, call: Call): readonly Subject[] => {
  const named = namedIn(history, call);
  if (named.length > 0) return named;
  const { studentId, courseId } = call;
  return courseId === undefined ? paymentsOfStudent(history, studentId) : paymentsByPair(history, studentId, courseId);
};

/** The payment a call belongs to; undefined: to none, or nothing tells to which. */
export const paymentOfCall = (history: History, call: Call): Subject | undefined => sole(ownersOfCall(history, call));

/** Those of the calls that are made to the service that the role's stage calls: none where it calls nobody. */
export const callsOfStage = ({ pipeline }: History, role: string, calls: readonly Call[]): readonly Call[] => {
  const service = pipeline.stage(role).calls;
  return service === undefined ? [] : calls.filter((call) => call.service === service);
};

interface CallsByPayment {
  readonly byPayment: ReadonlyMap<string, readonly Call[]>;
  readonly strays: readonly Call[];
}

const callIndex = folded({
  list: (history) => history.calls,
  basis: paymentsOf,
  begin: (history): Fold<Call, CallsByPayment> => {
    const byPayment = new Map<string, Call[]>();
    const strays: Call[] = [];
    return {
      facts: { byPayment, strays },
      observe: (call) => {
        const owner = paymentOfCall(history, call);
        if (owner === undefined) strays.push(call);
        else addTo(byPayment, idKey(owner.correlationId), call);
      },
    };
  },
});

/** Calls at admin-service for the payment, by call id. */
export const callsOf = (history: History, subject: Subject): readonly Call[] =>
  heldUnder(callIndex(history).byPayment, subject.correlationId) ?? NONE;

/**
 * Calls that belong to no payment for certain and may have been made for this one: malformed ones without ids, and those
 * of a student and course that two payments share. Where there is one, nothing proves that no call was made.
 */
export const strayCallsOf = (history: History, subject: Subject): readonly Call[] =>
  callIndex(history).strays.filter((call) => {
    const owners = ownersOfCall(history, call);
    if (owners.length > 0) return owners.some((owner) => isPayment(owner, subject));
    return mayBe(call.studentId, subject.studentId) && mayBe(call.courseId, subject.courseId);
  });
