/** What is pinned of the records of dead-letter-queue. */
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import type { WorkerRole } from '../../pipeline/shipped.ts';
import { AT, READERS } from './message.ts';
import type { Make } from './message.ts';
import * as rule from './rules.ts';

const pipeline = pipelineOf(shippedPipeline);

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
    topic: pipeline.deadLetterTopic,
    'header.originalTopic': topic,
    'header.originalPartition': rule.digits('0'),
    'header.originalOffset': rule.digits('1'),
    'header.failureReason': rule.filledText(REASON),
  },
});

/** Of an event that names the one that was given up. */
export const letterOfEvent =
  (worker: WorkerRole): Make =>
  ({ payment, event }) => {
    const { consumes } = shippedPipeline.stages[worker];
    const { fields, headers } = letterOf(pipeline.consumedTopic(worker));
    const ids = { correlationId: rule.uuid(payment), eventId: rule.filledText(event) };
    return {
      consumer: READERS.deadLetters,
      provider: worker,
      description: 'a dead-letter record of an event',
      trigger: 'an event without a course',
      topic: pipeline.deadLetterTopic,
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
export const letterOfNoEvent = (worker: WorkerRole): Make => {
  const { fields, headers } = letterOf(pipeline.consumedTopic(worker));
  return () => ({
    consumer: READERS.deadLetters,
    provider: worker,
    description: 'a dead-letter record of something that is no event',
    trigger: 'no event',
    topic: pipeline.deadLetterTopic,
    metadata: headers,
    content: { ...fields, originalEvent: rule.anything('not JSON') },
  });
};
