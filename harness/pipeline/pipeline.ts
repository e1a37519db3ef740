/**
 * Names of the shipped pipeline as types and lists, read from its declaration: for what of the harness does not take them
 * from the declaration of its history or its run yet. Facts of the team's system; nothing here is Faultline's choice.
 */
import { pipelineOf } from './queries.ts';
import { shippedPipeline } from './shipped.ts';

type Shipped = typeof shippedPipeline;

/** Event types that travel over Kafka. */
export type EventType = keyof Shipped['events'];

export type Topic = keyof Shipped['topics'];

/** The part a worker plays. A configuration's workers each name one of these. */
export type WorkerRole = keyof Shipped['stages'];

/** The tables whose changes are recorded. */
export type Table =
  | Shipped['entities'][keyof Shipped['entities']]['table']
  | Shipped['guard']['table']
  | Shipped['furtherTables'][number];

/** Those a subject's rows may be looked for in: further ones may live in another database. */
export type RowTable = Exclude<Table, Shipped['furtherTables'][number]>;

/** Upstreams a worker reaches, each through a relay and a Toxiproxy proxy of its own. */
export type Upstream = 'kafka' | 'postgres' | keyof Shipped['services'];

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

export const TABLES = pipeline.tables as readonly Table[];

/** Where admin-service listens. */
export const ADMIN_SERVICE_PORT = services['admin-service'].port;

export const AUTO_ASSIGN_PATH = services['admin-service'].operation.path;

export const UPSTREAMS = pipeline.upstreams as readonly Upstream[];
