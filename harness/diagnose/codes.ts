/**
 * What can be wrong, by a code that stays. The codes, with cause, evidence and repair, are a table of the documentation; the
 * commands and statements are for a person to run, and nothing here runs them.
 */
import type { BarrierSource } from '../history/events.ts';
import type { Cause, CauseId } from '../history/verdict.ts';
import type { Facts } from '../diagnosis/facts.ts';
import type { StageFacts } from '../diagnosis/stage.ts';
import { createTopic, forgetMark, giveAgain, givePassedAgain, sendAgain, sendMissing, whoIsThere } from './repairs.ts';
import type { Where } from './tools.ts';

export interface Known {
  readonly code: `FL01${number}`;
  /** What is wrong, in one sentence. */
  readonly cause: string;
  /** What shows it. */
  readonly evidence: string;
  /** What to do, in one sentence. */
  readonly next: string;
  /** Commands and statements that repair it, for this payment. */
  readonly commands: (facts: Facts, stage: StageFacts, where: Where) => readonly string[];
}

/** In the order of the incident report's checks. */
export const CODES: Readonly<Record<CauseId, Known>> = {
  'worker-not-running': {
    code: 'FL0101',
    cause: 'Nobody is in the consumer group of the worker that this payment needs next.',
    evidence: 'the group as its coordinator describes it, and its processes, where somebody said where they run',
    next: 'Start the worker. One that begins at the end of its topic does not read what lies there: set its group before it first starts.',
    commands: whoIsThere,
  },
  'topic-missing': {
    code: 'FL0102',
    cause: 'A topic on the way does not exist, and the broker makes none by itself.',
    evidence: 'the list of topics',
    next: 'Make the topic, then start again the worker that reads it.',
    commands: createTopic,
  },
  'event-not-emitted': {
    code: 'FL0103',
    cause:
      'The row is there, or its worker is done with what it comes of, and the event that should follow is not in its topic.',
    evidence: 'the row, or the event before it, and the topic read from its beginning to its end',
    next: 'Let the event be told: again by who should have told it, or by hand with the fields that its contract asks for.',
    commands: sendMissing,
  },
  'guard-marked-without-allocation': {
    code: 'FL0104',
    cause: 'The idempotency guard says that the event was processed, and its effect is missing.',
    evidence: 'the row of the guard, the missing row, and the offset past the event',
    next: 'Take the mark away, and give the event to the worker once more.',
    commands: (facts, stage, where) => [...forgetMark(facts, stage), ...sendAgain(facts, stage, where)],
  },
  'event-not-consumed': {
    code: 'FL0105',
    cause: 'The event lies in its topic, and nothing shows that the worker took it.',
    evidence: "the record, the group's offset in its partition, and what its members subscribe to",
    next: 'Correct the group or the topic that the worker is set to; where its offset is past the event, give the event to it once more.',
    commands: (facts, stage, where) => [...whoIsThere(facts, stage, where), ...givePassedAgain(facts, stage, where)],
  },
  'api-not-called': {
    code: 'FL0106',
    cause: 'The worker is done with the event, and its service was not asked for it.',
    evidence: "the group's offset past the event, and the service's calls",
    next: "Look in the service's log for the student; where there is no call, give the event to the worker once more.",
    commands: giveAgain,
  },
  'api-failing': {
    code: 'FL0107',
    cause: 'The service was asked and failed, or said that it is done where no row is.',
    evidence: "the service's answers, dead letters, and the missing row",
    next: "Look in the service's log for the student and repair what it says; then give the event to the worker once more.",
    commands: giveAgain,
  },
};

/** How sure it is, as far as what was asked says. `wereAsked`: what is not known whole was asked for. */
export const certaintyOf = (
  { undecided = false, unasked = [] }: Cause,
  words: (source: BarrierSource) => string,
  wereAsked: boolean,
): string => {
  const without =
    unasked.length === 0 ? '' : ` (${wereAsked ? 'not known whole' : 'not asked'}: ${unasked.map(words).join(', ')})`;
  return undecided ? `possible: what was asked does not decide it${without}` : `shown by what was asked${without}`;
};
