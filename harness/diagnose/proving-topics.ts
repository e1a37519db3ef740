/** The topics by whose records, and by what is not among them, a payment is judged. */
import type { Pipeline } from '../pipeline/queries.ts';

/** Those that a worker reads, and those in which all is told that is ever seen of a stage that brings about no rows. */
export const provingTopics = (pipeline: Pipeline): ReadonlySet<string> =>
  new Set([
    ...pipeline.roles.map(pipeline.consumedTopic),
    ...pipeline.way.flatMap(({ entity, stage: { announces } }) =>
      entity === undefined ? announces.flatMap((type) => pipeline.topicOf(type) ?? []) : [],
    ),
  ]);
