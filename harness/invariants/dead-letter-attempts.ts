/** Dead-letter records before the documented attempts, and what excuses them: an event that no attempt could help. */
import { idOf, isUuid } from '../history/ids.ts';
import { eventName, count, nameOf } from '../history/names.ts';
import type { History } from '../history/history.ts';
import type { DeadLetter } from '../history/history.ts';
import { attemptsAt, lettersByTelling } from './dead-letter-letters.ts';
import type { Letters } from './dead-letter-letters.ts';
import { interruptionsOf } from './interruptions.ts';
import { playedBy } from './judging.ts';
import type { Claim, Told } from './types.ts';

export interface Hopeless {
  readonly why: string;
  readonly shape: string;
  readonly evidence: readonly number[];
}

/** What PostgreSQL takes in no text: U+0000, half of a surrogate pair. */
const UNSTORABLE =
  /\\u0000|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]/;

const isUnstorable = (value: unknown): boolean => value !== undefined && UNSTORABLE.test(JSON.stringify(value));

/** Why no attempt at this event could ever succeed; undefined: one could. */
export const hopelessness = (history: History, letters: Letters): Hopeless | undefined => {
  const { event } = letters;
  const because = (why: string, shape: string, ...evidence: number[]): Hopeless => ({ why, shape, evidence });
  if (event.body === undefined) return because('it is no JSON object', 'no-json', event.record.seq);
  const isId = (value: unknown): boolean =>
    history.pipeline.ids === 'text' ? idOf(value) !== undefined : isUuid(value);
  const missing = (history.pipeline.event(event.type).required ?? []).filter((field) => !isId(event.body?.[field]));
  if (!isId(event.correlationId)) missing.push('correlationId');
  if (event.eventId === undefined) missing.push('eventId');
  if (missing.length > 0)
    return because(`it lacks what is required: ${missing.join(', ')}`, 'ids-missing', event.record.seq);
  if (isUnstorable(event.body['metadata']))
    return because('its metadata holds what no database takes', 'unstorable', event.record.seq);
  const refused = attemptsAt(history, letters).find(({ response }) => response?.status === 400);
  return refused?.response && because('its call was answered 400', 'answered-400', refused.response.seq);
};

/** Calls that the letters of the payment's other events state for themselves: no attempts at this one. */
const attemptsElsewhere = (history: History, { event, role, subject }: Letters): number =>
  lettersByTelling(history)
    .filter((other) => other.event !== event && other.role === role && other.subject === subject)
    .reduce((sum, { letters }) => sum + Math.max(...letters.map(({ attempts }) => attempts ?? 0)), 0);

/** How often the event may have been tried before the letter; undefined: nothing tells. */
const triedBefore = (history: History, letters: Letters, { attempts }: DeadLetter): number | undefined => {
  const calls = Math.max(0, attemptsAt(history, letters).length - attemptsElsewhere(history, letters));
  if (attempts !== undefined) return Math.max(attempts, calls);
  // Attempts that failed before the call leave no trace: without a stated number only calls, and no broken connection,
  // show how often it was tried.
  return calls > 0 && interruptionsOf(history, letters.role).length === 0 ? calls : undefined;
};

interface Early {
  readonly letter: DeadLetter;
  readonly tried: number;
}

const earlyOnes = (history: History, letters: Letters): readonly Early[] =>
  letters.subject === undefined
    ? []
    : letters.letters.flatMap((letter): Early[] => {
        const tried = triedBefore(history, letters, letter);
        return tried === undefined || tried >= history.pipeline.stage(letters.role).attempts ? [] : [{ letter, tried }];
      });

const told = (history: History, letters: Letters, { letter, tried }: Early, hopeless: Hopeless | undefined): Told => {
  const { event, role, subject } = letters;
  const after = `went to the dead-letter queue after ${count(tried, 'attempt')} of ${history.pipeline.stage(role).attempts}`;
  return {
    message: `${eventName(event)}${subject === undefined ? '' : ` of ${nameOf(subject)}`} ${after}${hopeless === undefined ? '' : `: rightly, ${hopeless.why}`}`,
    evidence: [
      letter.record.seq,
      ...attemptsAt(history, letters).map(({ request }) => request.seq),
      ...(hopeless?.evidence ?? []),
    ],
    ...(subject === undefined ? {} : { subject: subject.name }),
    shape: hopeless === undefined ? 'before-the-documented-attempts' : `early-but-${hopeless.shape}`,
    ...playedBy(history, role),
  };
};

/** Letters before the documented attempts: accused, or rightly early. */
export const early = (
  history: History,
  letters: Letters,
): { readonly accused: readonly Claim[]; readonly excused: readonly Told[] } => {
  const hopeless = hopelessness(history, letters);
  const found = earlyOnes(history, letters).map((each) => told(history, letters, each, hopeless));
  if (hopeless !== undefined) return { accused: [], excused: found };
  // An unread call may be a further attempt, or answered 400; an unread rebalance may have hidden some.
  return {
    accused: found.map((finding) => ({ ...finding, restsOn: ['kafka', 'offsets', 'admin-service'] })),
    excused: [],
  };
};
