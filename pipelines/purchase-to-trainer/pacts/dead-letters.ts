/** What is pinned of the records of dead-letter-queue. */
import * as rule from '../../../harness/pipeline/pact-rules.ts';
import type { MessageDeclaration } from '../../../harness/pipeline/pacts.ts';
import { declaration } from '../declaration.ts';
import { triggerOf } from './given.ts';
import type { Role } from './given.ts';
import { AT, READERS } from './message.ts';
import type { Make } from './message.ts';

const TOPIC = 'dead-letter-queue' satisfies keyof typeof declaration.topics;

const consumedTopic = (worker: Role): string => declaration.events[declaration.stages[worker].consumes].topic;

/** The letter of a record that has no ids tells where that one stood. */
const isOfPlace: MessageDeclaration['isIt'] = ({ headers }, { topic, partition, offset }) =>
  headers['originalTopic'] === topic &&
  headers['originalPartition'] === String(partition) &&
  headers['originalOffset'] === String(offset);

const REASON = 'Admin service answered 500: boom';

/** What every dead-letter record says; its headers repeat it as texts. */
const letterOf = (topic: string) => ({
  fields: {
    originalTopic: topic,
    originalPartition: rule.digits(0),
    originalOffset: rule.digits('1'),
    failureReason: rule.filledText(REASON),
    failureTimestamp: rule.integer(AT),
    attempts: rule.digits(5),
  },
  headers: {
    topic: TOPIC,
    'header.originalTopic': topic,
    'header.originalPartition': rule.digits('0'),
    'header.originalOffset': rule.digits('1'),
    'header.failureReason': rule.filledText(REASON),
  },
});

/** Of an event that names the one that was given up. */
export const letterOfEvent =
  (worker: Role): Make =>
  ({ payment, event }) => {
    const { consumes } = declaration.stages[worker];
    const { fields, headers } = letterOf(consumedTopic(worker));
    const ids = { correlationId: rule.uuid(payment), eventId: rule.filledText(event) };
    return {
      consumer: READERS.deadLetters,
      provider: worker,
      description: 'a dead-letter record of an event',
      given: triggerOf(worker, 'an event without a course'),
      topic: TOPIC,
      metadata: {
        ...headers,
        key: ids.correlationId,
        'header.correlationId': ids.correlationId,
        'header.eventId': ids.eventId,
      },
      content: { ...fields, originalEvent: { type: rule.like(consumes), _metadata: ids }, ...ids },
    };
  };

/** What is no event has no ids that a record could repeat. */
export const letterOfNoEvent = (worker: Role): Make => {
  const { fields, headers } = letterOf(consumedTopic(worker));
  return () => ({
    consumer: READERS.deadLetters,
    provider: worker,
    description: 'a dead-letter record of something that is no event',
    given: triggerOf(worker, 'no event'),
    isIt: isOfPlace,
    topic: TOPIC,
    metadata: headers,
    content: { ...fields, originalEvent: rule.anything('not JSON') },
  });
};
