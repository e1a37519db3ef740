/** Dead-letter records: which event each is about, and which payment. */
import { mostOf } from '../base/extremes.ts';
import type { Subject } from './events.ts';
import { recordPosition } from './history.ts';
import type { DeadLetter, History, PipelineEvent } from './history.ts';
import { normalId, sameId } from './ids.ts';
import { addTo, folded, perHistory } from './memo.ts';
import type { Fold } from './memo.ts';
import { idKey } from './keys.ts';
import { isEventOf, paymentOf } from './subjects.ts';
import { tellingsOf } from './tellings.ts';
import { isObject, text } from './values.ts';

/** What a letter says of its event, each of which may be false: its position, its ids, and the event it holds. */
export type Claim = 'position' | 'ids' | 'content';

/** Do the ids say this event? What either side leaves out says nothing; at least one must be said. */
const idsFit = (
  event: PipelineEvent,
  ids: { readonly eventId?: string | undefined; readonly correlationId?: string | undefined },
): boolean => {
  const pairs = [
    [ids.eventId, event.eventId],
    [ids.correlationId, event.correlationId],
  ].filter(([said, known]) => said !== undefined && known !== undefined);
  return pairs.length > 0 && pairs.every(([said, known]) => sameId(said, known));
};

const idsInside = ({ original }: DeadLetter) => {
  const meta = original?.['_metadata'];
  const fields = isObject(meta) ? meta : {};
  return { eventId: text(fields['eventId']), correlationId: text(fields['correlationId']) };
};

const contentFits = (event: PipelineEvent, letter: DeadLetter): boolean => {
  const type = letter.original?.['type'];
  return (typeof type !== 'string' || type === event.type) && idsFit(event, idsInside(letter));
};

const positionOf = ({ topic, partition, offset }: DeadLetter): string | undefined =>
  topic === undefined || partition === undefined || offset === undefined
    ? undefined
    : recordPosition({ topic, partition, offset });

/** A correlation id is its payment's, of whom there may be events in several topics: under another's name it names none of this one. */
const idsName = (history: History, event: PipelineEvent, letter: DeadLetter): boolean => {
  const { eventId, topic } = letter;
  const isElsewhere = topic !== undefined && history.pipeline.topics.includes(topic) && topic !== event.record.topic;
  return idsFit(event, letter) && !(isElsewhere && eventId === undefined);
};

/** What the letter says that is true of this event. */
const claimsOn = (history: History, event: PipelineEvent, letter: DeadLetter): readonly Claim[] => [
  ...(positionOf(letter) === recordPosition(event.record) ? (['position'] as const) : []),
  ...(idsName(history, event, letter) ? (['ids'] as const) : []),
  ...(contentFits(event, letter) ? (['content'] as const) : []),
];

/** Where two say one thing and one another, the two are believed; of one against one the position: it is what finds it. */
const WEIGHTS: Readonly<Record<Claim, number>> = { position: 3, ids: 2, content: 2 };

/** Decides between equals and never against a position. */
const HALF = 0.5;

const weigh = (claims: readonly Claim[], letter: DeadLetter, event: PipelineEvent): number => {
  const weight = claims.reduce((sum, claim) => sum + WEIGHTS[claim], 0);
  // Of events with the same ids it is the one in the topic that is named.
  return weight > 0 && letter.topic === event.record.topic && !claims.includes('position') ? weight + HALF : weight;
};

/** What it says at all. */
const saidIn = (letter: DeadLetter): readonly Claim[] => {
  const inside = idsInside(letter);
  return [
    ...(positionOf(letter) === undefined ? [] : (['position'] as const)),
    ...((letter.eventId ?? letter.correlationId) === undefined ? [] : (['ids'] as const)),
    ...((inside.eventId ?? inside.correlationId) === undefined ? [] : (['content'] as const)),
  ];
};

interface Origin {
  readonly event: PipelineEvent | undefined;
  readonly disputed: readonly Claim[];
}

/** What is told, by every id and the position that a letter may name it by. */
type Named = ReadonlyMap<string, readonly PipelineEvent[]>;

const naming = (): Fold<PipelineEvent, Named> => {
  const facts = new Map<string, PipelineEvent[]>();
  return {
    facts,
    observe: (event) => {
      const ids = [event.eventId, event.correlationId].flatMap((id) => (id === undefined ? [] : `id ${normalId(id)}`));
      for (const key of new Set([`at ${recordPosition(event.record)}`, ...ids])) addTo(facts, key, event);
    },
  };
};

const inTopics = folded({ list: (history) => history.pipelineEvents, begin: naming });
const elsewhere = folded({ list: (history) => history.eventsElsewhere, begin: naming });

/** Everything that the letter may be about: first what is in the pipeline's topics, each by arrival. */
const candidatesOf = (history: History, letter: DeadLetter): readonly PipelineEvent[] => {
  const inside = idsInside(letter);
  const position = positionOf(letter);
  const ids = [letter.eventId, letter.correlationId, inside.eventId, inside.correlationId];
  const keys = [
    ...(position === undefined ? [] : [`at ${position}`]),
    ...ids.flatMap((id) => (id === undefined ? [] : `id ${normalId(id)}`)),
  ];
  const among = (named: Named): readonly PipelineEvent[] =>
    [...new Set(keys.flatMap((key) => named.get(key) ?? []))].sort((a, b) => a.record.seq - b.record.seq);
  return [...among(inTopics(history)), ...among(elsewhere(history))];
};

const findOrigin = (history: History, letter: DeadLetter): Origin => {
  const weighed = candidatesOf(history, letter).flatMap((event) => {
    const claims = claimsOn(history, event, letter);
    // Only the position proves that a letter is about an event nobody consumes.
    if (claims.length === 0 || (history.pipeline.consumersOf(event.type).length === 0 && !claims.includes('position')))
      return [];
    return [{ event, claims, weight: weigh(claims, letter, event) }];
  });
  const most = mostOf(weighed.map(({ weight }) => weight));
  const best = weighed.filter(({ weight }) => weight === most);
  const [first] = best;
  if (first === undefined) return { event: undefined, disputed: [] };
  // Different events of which nothing tells which one is meant.
  const tellings = tellingsOf(history, first.event);
  if (best.some(({ event }) => !tellings.includes(event))) return { event: undefined, disputed: [] };
  return { event: first.event, disputed: saidIn(letter).filter((claim) => !first.claims.includes(claim)) };
};

const origins = perHistory(
  (history) => new Map(history.deadLetters.map((letter) => [letter.record.seq, findOrigin(history, letter)])),
);

/** By the event that they are about, and those that are about none by the payment that they name. */
const byOrigin = perHistory((history) => {
  const byEvent = new Map<number, DeadLetter[]>();
  const byPayment = new Map<string, DeadLetter[]>();
  for (const letter of history.deadLetters) {
    const origin = originOf(history, letter);
    if (origin !== undefined) addTo(byEvent, origin.record.seq, letter);
    const owner = origin === undefined ? letter.correlationId : paymentOf(history, origin)?.correlationId;
    if (owner !== undefined) addTo(byPayment, idKey(owner), letter);
  }
  return { byEvent, byPayment };
});

/**
 * The event a dead-letter record is about: the one its position, its ids and its content say; where they disagree, the
 * one that most of them say. It is held against that one and excuses no other.
 */
export const originOf = (history: History, letter: DeadLetter): PipelineEvent | undefined =>
  origins(history).get(letter.record.seq)?.event;

/** What the letter says of its event that is not true of it: another's position, ids or content. */
export const disputedIn = (history: History, letter: DeadLetter): readonly Claim[] =>
  origins(history).get(letter.record.seq)?.disputed ?? [];

/** Dead-letter records about the event, whichever telling of it they name. */
export const lettersOf = (history: History, event: PipelineEvent): readonly DeadLetter[] =>
  history.deadLetters.length === 0
    ? []
    : tellingsOf(history, event)
        .flatMap(({ record }) => byOrigin(history).byEvent.get(record.seq) ?? [])
        .sort((a, b) => a.record.seq - b.record.seq);

/** A letter whose event was never read speaks for the payment it names. */
const speaksFor = (history: History, letter: DeadLetter, subject: Subject, type?: string): boolean =>
  sameId(letter.correlationId, subject.correlationId) &&
  (type === undefined || letter.topic === undefined || letter.topic === history.pipeline.topicOf(type));

/** Dead-letter records about the payment; with a type, those of that type's events only. */
export const deadLettersOf = (history: History, subject: Subject, type?: string): readonly DeadLetter[] => {
  if (history.deadLetters.length === 0) return [];
  return (byOrigin(history).byPayment.get(idKey(subject.correlationId)) ?? []).filter((letter) => {
    const origin = originOf(history, letter);
    if (origin === undefined) return speaksFor(history, letter, subject, type);
    return (type === undefined || origin.type === type) && isEventOf(history, origin, subject);
  });
};
