import { endingOf } from '../history/completeness.ts';
import type { Subject } from '../history/events.ts';
import { effectsHadBy, hadEffectOf, isOverFor } from '../history/effects.ts';
import { isThere, passedBy } from '../history/groups.ts';
import { recordPosition } from '../history/history.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { lettersOf, originOf } from '../history/letters.ts';
import { sameLife } from '../history/lives.ts';
import { addTo, perHistory } from '../history/memo.ts';
import { viaNamedBy } from '../history/named.ts';
import { eventName, nameOf } from '../history/names.ts';
import { ownersOf, paymentById } from '../history/subjects.ts';
import type { Ids } from '../history/subjects.ts';
import { eventsOnce } from '../history/tellings.ts';
import { atTheEnd, playedBy } from './judging.ts';
import { missingBy, takenBackOf } from './taken-back.ts';
import type { Claim, Invariant, Told } from './types.ts';

type Commit = NonNullable<ReturnType<typeof passedBy>>;

interface Passed {
  readonly event: PipelineEvent;
  readonly role: string;
  readonly subject: Subject;
  readonly passed: Commit;
  /** What the event names; an event that names nothing is tied to rows by its payment. */
  readonly ids: Ids;
}

/** Was the group put back before the record after that, and stands there? Then it has it to read again: it is not lost. */
const isPutBack = (history: History, { group }: Commit, record: PipelineEvent['record']): boolean => {
  // A trial that has settled has nothing left to read.
  if (endingOf(history).state !== 'deadline') return false;
  const last = history
    .of('offsets.committed')
    .findLast((each) => each.group === group && each.topic === record.topic && each.partition === record.partition);
  if (last === undefined || last.offset < 0 || last.offset > record.offset) return false;
  // In a life of the topic that is over nobody reads again.
  return isThere(history, record) !== 'no' && sameLife(history.lives, last, record) !== 'no';
};

/** Undefined: it was not passed for good, or is no payment's. */
const passedIn = (history: History, event: PipelineEvent, role: string): Passed | undefined => {
  const [subject] = ownersOf(history, event);
  const commit = subject && passedBy(history, role, event.record);
  if (subject === undefined || commit === undefined || isPutBack(history, commit, event.record)) return undefined;
  const named = event.studentId !== undefined && event.courseId !== undefined;
  return { event, role, subject, passed: commit, ids: named ? event : subject };
};

/**
 * A payment's events that a worker committed past and stands past, with the commit, for each stage that consumes them; one
 * that was told twice is one event.
 */
const passedEvents = perHistory((history): readonly Passed[] => {
  const all: Passed[] = [];
  const byRole = new Map<string, PipelineEvent[]>();
  for (const event of history.pipelineEvents)
    for (const role of history.pipeline.consumersOf(event.type)) {
      const passed = passedIn(history, event, role);
      if (passed === undefined) continue;
      all.push(passed);
      addTo(byRole, role, event);
    }
  const once = new Map<string, ReadonlySet<PipelineEvent>>();
  for (const [role, events] of byRole) once.set(role, new Set(eventsOnce(history, events)));
  return all.filter(({ event, role }) => once.get(role)?.has(event) === true);
});

/** A letter that says of no event which one it is about may be about this one: of its payment, and of no other topic. */
const mayBeAbout = (history: History, { event, subject }: Passed): boolean =>
  history.deadLetters.some(
    (letter) =>
      originOf(history, letter) === undefined &&
      paymentById(history, letter.correlationId) === subject &&
      (letter.topic === undefined || letter.topic === history.pipeline.topicOf(event.type)),
  );

const isDeadLettered = (history: History, passed: Passed): boolean =>
  lettersOf(history, passed.event).length > 0 || mayBeAbout(history, passed);

/** Commits that went ahead of their effect: a right design (an inbox table) does that, so it is shown, not accused. */
const windows = (history: History): readonly Told[] =>
  passedEvents(history).flatMap(({ event, role, subject, passed, ids }): Told[] => {
    const effect = effectsHadBy(history, role, ids)[0];
    if (effect === undefined || effect.since.seq < passed.seq) return [];
    return [
      {
        message: `the offset past ${eventName(event)} of ${nameOf(subject)} was seen before its effect`,
        evidence: [passed.seq, effect.since.seq],
        subject: subject.name,
        shape: 'offset-before-effect',
        ...playedBy(history, role),
      },
    ];
  });

export const noEventLost: Invariant = {
  id: 'no-event-lost',
  title: 'An event that was committed past has had its effect or is in the dead-letter queue.',
  byAnEvent: true,
  needs: ['postgres', 'kafka', 'offsets'],
  check: (history) => ({
    ...atTheEnd(history, () =>
      passedEvents(history).flatMap((each): Claim[] => {
        const { event, role, subject, passed, ids } = each;
        if (hadEffectOf(history, role, event, ids) || isDeadLettered(history, each)) return [];
        if (isOverFor(history, role, event)) return [];
        const entity = history.pipeline.broughtAboutBy(role);
        const via = entity && viaNamedBy(history, event, entity);
        const takenBack = takenBackOf(history, role, ids, { via });
        const lost = takenBack?.isIt !== true ? 'which has had no effect' : 'whose effect a worker took back,';
        return [
          {
            message: `${passed.group} committed past ${recordPosition(event.record)}, ${event.type} of ${nameOf(subject)}, ${lost} and is not in the dead-letter queue`,
            evidence: [event.record.seq, passed.seq, ...(takenBack?.evidence ?? [])],
            subject: subject.name,
            shape: takenBack?.isIt !== true ? 'skipped' : 'taken-back',
            ...missingBy(history, role, takenBack),
            restsOn: ['postgres', 'kafka', 'offsets'],
          },
        ];
      }),
    ),
    notes: windows(history),
  }),
};
