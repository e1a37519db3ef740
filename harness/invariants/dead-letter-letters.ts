/** The workers' dead-letter records about this trial's payments, and the calls that may have been attempts before them. */
import type { Subject } from '../history/events.ts';
import type { Call, DeadLetter, History, PipelineEvent } from '../history/history.ts';
import { originOf } from '../history/letters.ts';
import { mayPlay } from './judging.ts';
import { perHistory } from '../history/memo.ts';
import { wallClock } from '../history/order.ts';
import { callsOf, callsOfStage, ownersOf, paymentOf, strayCallsOf } from '../history/subjects.ts';

/** All letters about one telling of an event. */
export interface Letters {
  readonly event: PipelineEvent;
  readonly role: string;
  /** The payment it is about; undefined: of two payments of one student and course nothing tells which. */
  readonly subject: Subject | undefined;
  /** By arrival; at least one. */
  readonly letters: readonly DeadLetter[];
}

export const lettersByTelling = perHistory((history): readonly Letters[] => {
  const known = new Map<PipelineEvent, { readonly of: Omit<Letters, 'letters'>; readonly letters: DeadLetter[] }>();
  for (const letter of history.deadLetters) {
    const event = letter.byHarness ? undefined : originOf(history, letter);
    const role = event && history.pipeline.consumerOf(event.type);
    if (event === undefined || role === undefined || ownersOf(history, event).length === 0) continue;
    const entry = known.get(event);
    if (entry === undefined)
      known.set(event, { of: { event, role, subject: paymentOf(history, event) }, letters: [letter] });
    else entry.letters.push(letter);
  }
  return [...known.values()].map(({ of, letters }) => ({ ...of, letters }));
});

/** Clocks of one host may have been set right by so much meanwhile, ms. */
const DRIFT_MS = 100;

/** A call that was made before the harness published the event was for another one. */
const wasBefore = (history: History, { request }: Call, event: PipelineEvent): boolean =>
  event.byHarness && wallClock(history, request.at) + DRIFT_MS < event.record.timestamp;

/**
 * Calls that may have been attempts at this event: its worker's own, for its payment, or for nobody that could be told.
 * Of a stage that calls nobody no attempt is a call.
 */
export const attemptsAt = (history: History, { event, role, subject }: Letters): readonly Call[] =>
  subject === undefined
    ? []
    : callsOfStage(history, role, [...callsOf(history, subject), ...strayCallsOf(history, subject)]).filter(
        (call) => !wasBefore(history, call, event) && mayPlay(history, call.request.worker, role),
      );
