/** Names of the shipped pipeline as lists and tables, for tests that tell of it. */
import { pipelineOf } from './queries.ts';
import { shippedPipeline } from './shipped.ts';
import type { EventType, Table, Topic, Upstream, WorkerRole } from './shipped.ts';

export type { EventType, Table, Topic, Upstream, WorkerRole };

type Shipped = typeof shippedPipeline;

const { events, stages, services } = shippedPipeline;
const pipeline = pipelineOf(shippedPipeline);

export const EVENT_TYPES = pipeline.eventTypes as readonly EventType[];

/** With the topic each one belongs to. */
export const EVENT_TOPICS = Object.fromEntries(EVENT_TYPES.map((type) => [type, events[type].topic])) as {
  readonly [Type in EventType]: Shipped['events'][Type]['topic'];
};

export const DEAD_LETTER_TOPIC = pipeline.deadLetterTopic as Topic;

/** Every topic the broker has before a trial; replication factor 1. */
export const TOPICS = pipeline.topics as readonly Topic[];

export const PARTITIONS_PER_TOPIC = shippedPipeline.partitions;

export const ROLES = pipeline.roles as readonly WorkerRole[];

export interface WorkerFacts {
  /** The event it consumes; its topic is EVENT_TOPICS[consumes]. */
  readonly consumes: EventType;
  readonly consumerGroup: string;
  readonly emits: readonly EventType[];
  /** Attempts before a transient failure may go to the dead-letter queue. */
  readonly attempts: number;
}

export const WORKERS = Object.fromEntries(
  ROLES.map((role): [WorkerRole, WorkerFacts] => {
    const { consumes, group, announces, attempts } = stages[role];
    return [role, { consumes, consumerGroup: group, emits: announces, attempts }];
  }),
) as Readonly<Record<WorkerRole, WorkerFacts>>;

export const AUTO_ASSIGN_PATH = services['admin-service'].operation.path;

export const UPSTREAMS = pipeline.upstreams as readonly Upstream[];
