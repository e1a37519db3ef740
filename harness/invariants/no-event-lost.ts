import { passedBy } from '../history/groups.ts';
import { recordPosition } from '../history/history.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { eventName, nameOf } from '../history/names.ts';
import { effectsOf, tablesAtEnd } from '../history/rows.ts';
import { originOf } from '../history/letters.ts';
import { paymentOf } from '../history/subjects.ts';
import { consumerOf } from '../pipeline/pipeline.ts';
import { atTheEnd, playedBy } from './judging.ts';
import type { Claim, Invariant, Told } from './types.ts';

/** A payment's event that a worker committed past, with the commit. */
const passedEvents = (history: History) =>
  history.pipelineEvents.flatMap((event) => {
    const role = consumerOf(event.type);
    const subject = paymentOf(history, event);
    if (role === undefined || subject === undefined) return [];
    const passed = passedBy(history, role, event.record);
    if (passed === undefined) return [];
    // What the event names counts; an event that names nothing is tied to rows by its payment.
    const named = event.studentId !== undefined && event.courseId !== undefined;
    return [{ event, subject, passed, ids: named ? event : subject }];
  });

const isDeadLettered = (history: History, event: PipelineEvent): boolean =>
  history.deadLetters.some((letter) =>
    letter.offset === undefined
      ? letter.correlationId !== undefined && letter.correlationId === event.correlationId
      : originOf(history, letter)?.record.seq === event.record.seq,
  );

/** Commits that went ahead of their effect: a right design (an inbox table) does that, so it is shown, not accused. */
const windows = (history: History): readonly Told[] =>
  passedEvents(history).flatMap(({ event, subject, passed, ids }): Told[] => {
    const effect = effectsOf(tablesAtEnd(history), event.type, ids)[0];
    if (effect === undefined || effect.insertedBy.seq < passed.seq) return [];
    return [
      {
        message: `the offset past ${eventName(event)} of ${nameOf(subject)} was seen before its effect`,
        evidence: [passed.seq, effect.insertedBy.seq],
        subject: subject.name,
        shape: 'offset-before-effect',
        ...playedBy(history, consumerOf(event.type)),
      },
    ];
  });

export const noEventLost: Invariant = {
  id: 'no-event-lost',
  title: 'An event that was committed past has had its effect or is in the dead-letter queue.',
  needs: ['postgres', 'kafka', 'offsets'],
  check: (history) => ({
    ...atTheEnd(history, () =>
      passedEvents(history).flatMap(({ event, subject, passed, ids }): Claim[] => {
        if (effectsOf(tablesAtEnd(history), event.type, ids).length > 0 || isDeadLettered(history, event)) return [];
        return [
          {
            message: `${passed.group} committed past ${recordPosition(event.record)}, ${event.type} of ${nameOf(subject)}, which has had no effect and is not in the dead-letter queue`,
            evidence: [event.record.seq, passed.seq],
            subject: subject.name,
            shape: 'skipped',
            ...playedBy(history, consumerOf(event.type)),
            restsOn: ['postgres', 'kafka', 'offsets'],
          },
        ];
      }),
    ),
    notes: windows(history),
  }),
};
