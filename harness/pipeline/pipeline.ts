/**
 * The system under test by name: topics, consumer groups, event types and tables of KodingCaravan's
 * purchase-to-trainer pipeline. Facts of the team's system; nothing here is Faultline's choice.
 */

/** Event types that travel over Kafka, with the topic each one belongs to. */
export const EVENT_TOPICS = {
  PURCHASE_CONFIRMED: 'purchase-confirmed',
  PURCHASE_CREATED: 'purchase-created',
  COURSE_ACCESS_GRANTED: 'course-access-granted',
  TRAINER_ALLOCATED: 'trainer-allocated',
} as const;

export type EventType = keyof typeof EVENT_TOPICS;

export const EVENT_TYPES = Object.keys(EVENT_TOPICS) as readonly EventType[];

export const DEAD_LETTER_TOPIC = 'dead-letter-queue';

/** Every topic the broker has before a trial; all with 3 partitions and replication factor 1. */
export const TOPICS = [
  'purchase-confirmed',
  'purchase-created',
  'course-access-granted',
  'trainer-allocated',
  'sessions-generated',
  'notification-requested',
  DEAD_LETTER_TOPIC,
] as const;

export type Topic = (typeof TOPICS)[number];

export const PARTITIONS_PER_TOPIC = 3;

/** The part a worker plays. A configuration's workers each name one of these. */
export const ROLES = ['purchase-worker', 'allocation-worker'] as const;

export type WorkerRole = (typeof ROLES)[number];

export interface WorkerFacts {
  /** The event it consumes; its topic is EVENT_TOPICS[consumes]. */
  readonly consumes: EventType;
  readonly consumerGroup: string;
  readonly emits: readonly EventType[];
  /** Attempts before a transient failure may go to the dead-letter queue. */
  readonly attempts: number;
}

export const WORKERS: Readonly<Record<WorkerRole, WorkerFacts>> = {
  'purchase-worker': {
    consumes: 'PURCHASE_CONFIRMED',
    consumerGroup: 'purchase-creation-workers',
    emits: ['PURCHASE_CREATED', 'COURSE_ACCESS_GRANTED'],
    attempts: 3,
  },
  'allocation-worker': {
    consumes: 'PURCHASE_CREATED',
    consumerGroup: 'trainer-allocation-workers',
    emits: ['TRAINER_ALLOCATED'],
    attempts: 5,
  },
};

/** The four tables whose changes are recorded. */
export const TABLES = ['student_course_purchases', 'trainer_allocations', 'processed_events', 'payments'] as const;

export type Table = (typeof TABLES)[number];

/** Where admin-service listens. */
export const ADMIN_SERVICE_PORT = 3010;

export const AUTO_ASSIGN_PATH = '/api/v1/admin/allocations/auto-assign';

/** The statuses in which a row of trainer_allocations counts as assigned. */
export const ASSIGNED_STATUSES: readonly string[] = ['approved', 'active'];

/** Upstreams a worker reaches, each through a relay and a Toxiproxy proxy of its own. */
export const UPSTREAMS = ['kafka', 'postgres', 'admin-service'] as const;

export type Upstream = (typeof UPSTREAMS)[number];

export const eventTypeOfTopic = (topic: string): EventType | undefined =>
  EVENT_TYPES.find((type) => EVENT_TOPICS[type] === topic);

/** The role that consumes an event type, if one of the two workers does. */
export const consumerOf = (type: EventType): WorkerRole | undefined =>
  ROLES.find((role) => WORKERS[role].consumes === type);
