/** Snapshots of a live system, written as the few things that matter in them. */
import type { NewEvent, Offsets } from '../../history/events.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { recordEvent } from '../../recorder/kafka-records.ts';
import { lookAgainAfter } from '../apart.ts';
import type {
  CallSeen,
  GroupSeen,
  LogSeen,
  Look,
  PartitionSeen,
  RowSeen,
  Snapshot,
  Told,
  TopicsSeen,
  WorkerSighting,
} from '../snapshot.ts';
import { toHistory } from '../to-history.ts';
import { subjectOf } from '../whose.ts';

export const PAYMENT = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
export const STUDENT = '809556c1-e184-4b85-8fd6-a5f1c8014bf6';
export const COURSE = 'ebefde63-8a3a-4d45-a594-c04275a03092';
const PURCHASE = '5e0c1d2a-5d3c-4d1a-9f7c-0a9f2f6f1c11';

/** When everything happens, ms since the epoch. */
export const NOON = Date.parse('2026-11-26T12:00:00Z');

export const PURCHASE_GROUP = 'purchase-creation-workers';
export const ALLOCATION_GROUP = 'trainer-allocation-workers';

export type LiveRecord = NewEvent<'kafka.record'>;

/** At offset 4 of partition 1 unless told otherwise. */
export const record = (
  topic: string,
  type: string,
  {
    offset = 4,
    payment = PAYMENT,
    ...more
  }: { readonly offset?: number; readonly payment?: string } & Readonly<Record<string, unknown>> = {},
): LiveRecord => {
  const body = {
    type,
    studentId: STUDENT,
    courseId: COURSE,
    ...more,
    _metadata: { eventId: `${type} of ${payment}`, correlationId: payment },
  };
  const value = Buffer.from(JSON.stringify(body));
  return recordEvent(topic, 1, { offset, timestamp: NOON, key: Buffer.from(payment), value, headers: {} }, false);
};

type More = Parameters<typeof record>[2];

export const confirmed = (more: More = {}): LiveRecord =>
  record('purchase-confirmed', 'PURCHASE_CONFIRMED', { paymentId: PAYMENT, amountCents: 100, ...more });
export const created = (more: More = {}): LiveRecord =>
  record('purchase-created', 'PURCHASE_CREATED', { purchaseId: PURCHASE, ...more });

const letterOf = (type: string, topic: string, payment = PAYMENT): LiveRecord =>
  record('dead-letter-queue', type, {
    payment,
    originalTopic: topic,
    originalPartition: 1,
    originalOffset: 4,
    originalEvent: { studentId: STUDENT, courseId: COURSE },
    attempts: 5,
    failureReason: 'admin-service answered 500',
    correlationId: payment,
    eventId: `${type} of ${payment}`,
  });

export const letter = ({ payment }: { readonly payment?: string } = {}): LiveRecord =>
  letterOf('PURCHASE_CREATED', 'purchase-created', payment);
export const confirmedLetter = (): LiveRecord => letterOf('PURCHASE_CONFIRMED', 'purchase-confirmed');

export const purchase: RowSeen = {
  id: PURCHASE,
  student_id: STUDENT,
  course_id: COURSE,
  is_active: true,
  created_at: new Date(NOON).toISOString(),
};
export const allocation: RowSeen = {
  id: '7a2f3f4e-1111-4222-8333-944455556666',
  student_id: STUDENT,
  course_id: COURSE,
  trainer_id: '9a2f3f4e-1111-4222-8333-944455556666',
  status: 'approved',
};
export const guard = (type: string): RowSeen => ({
  event_id: `guard-${type}`,
  event_type: type,
  correlation_id: PAYMENT,
  source: 'payment-service',
});

/** What could not be read, or was not to be. */
type Refused = 'rows' | 'topics' | 'groups' | 'guard' | 'effects' | 'records';

export interface Seen {
  /** Records of the payment that were written since the look before. */
  readonly records?: readonly LiveRecord[];
  readonly purchases?: readonly RowSeen[];
  readonly allocations?: readonly RowSeen[];
  readonly guards?: readonly RowSeen[];
  /** Offsets by group in partition 1 of the topic that it reads. */
  readonly at?: Readonly<Record<string, number>>;
  /** Topics that a group's members read; left out: it has none. */
  readonly members?: Readonly<Record<string, readonly string[]>>;
  readonly missing?: readonly string[];
  readonly hidden?: readonly string[];
  /** How partition 1 of every topic is; it ends at 5. */
  readonly partition?: Partial<PartitionSeen>;
  /** How it is in these topics instead. */
  readonly partitionOf?: Readonly<Record<string, Partial<PartitionSeen>>>;
  readonly unread?: readonly string[];
  readonly standby?: true;
  /** What the log of the service says. Left out: nobody named one. */
  readonly log?: Partial<LogSeen>;
  /** How a role's process was seen, or why it could not be. */
  readonly seen?: Readonly<Record<string, WorkerSighting | string>>;
  readonly without?: readonly Refused[];
}

const pipeline = pipelineOf(shippedPipeline);

const topicsOf = ({
  records = [],
  missing = [],
  hidden = [],
  partition = {},
  partitionOf = {},
  unread = [],
  without = [],
}: Seen): TopicsSeen => {
  const isListed = without.includes('records');
  return {
    there: pipeline.topics
      .filter((topic) => !missing.includes(topic) && !hidden.includes(topic))
      .map((name) => ({
        name,
        partitions: isListed ? [] : [{ partition: 1, first: 0, end: 5, ...partition, ...partitionOf[name] }],
      })),
    missing,
    hidden: Object.fromEntries(hidden.map((topic) => [topic, `the topic ${topic} may not be seen`])),
    records: isListed ? [] : records,
    unread: isListed ? ['their records: left out'] : unread,
  };
};

const groupOf = (role: string, { at = {}, members = {}, missing = [] }: Seen): GroupSeen => {
  const { group } = pipeline.stage(role);
  const topic = pipeline.consumedTopic(role);
  const offset = at[group];
  const reads = members[group];
  const committed: Offsets = offset === undefined || missing.includes(topic) ? {} : { [topic]: { 1: offset } };
  return {
    state: reads === undefined ? 'Empty' : 'Stable',
    members: reads === undefined ? [] : [{ memberId: `${group}-1`, clientId: 'kafkajs', topics: reads }],
    committed,
  };
};

/** A request for a trainer, answered with this status; null: the log does not say. */
export const call = (status: number | null, more: Partial<CallSeen> = {}): CallSeen => ({
  method: 'POST',
  path: '/api/v1/admin/allocations/auto-assign',
  at: NOON,
  headers: {},
  json: { studentId: STUDENT, courseId: COURSE },
  ...(status === null ? {} : { status }),
  ...more,
});

/** Begun an hour before, and longer in each look. */
const logOf = (log: Partial<LogSeen>, at: number): LogSeen => ({
  where: 'the file calls.log',
  asked: 'cat calls.log',
  parts: [{ name: 'the log', lines: at, since: NOON - 3_600_000, until: NOON + at }],
  requests: 7,
  own: [],
  strays: [],
  unfit: { lines: 0 },
  lacking: [],
  ...log,
});

const workersOf = (seen: NonNullable<Seen['seen']>): NonNullable<Look['workers']> =>
  Object.fromEntries(
    Object.entries(seen).map(([role, how]) => [
      role,
      {
        where: 'docker inspect worker',
        asked: 'docker inspect worker',
        seen: typeof how === 'string' ? { why: how } : { value: how },
      },
    ]),
  );

const lookOf = (seen: Seen, at: number): Look => {
  const refused = (what: Refused): boolean => seen.without?.includes(what) ?? false;
  const groups = pipeline.roles.map((role): [string, Told<GroupSeen>] => {
    const { group } = pipeline.stage(role);
    return [group, refused('groups') ? { why: `the group ${group} may not be seen` } : { value: groupOf(role, seen) }];
  });
  const rows = (table: string, list: readonly RowSeen[] = []) => ({
    table,
    rows: refused('effects') && table !== 'processed_events' ? { why: `${table}: left out` } : { value: list },
  });
  const tables = [
    rows('student_course_purchases', seen.purchases),
    rows('trainer_allocations', seen.allocations),
    refused('guard')
      ? { table: 'processed_events', rows: { why: 'there is no table processed_events' } }
      : rows('processed_events', seen.guards),
  ];
  return {
    at,
    topics: refused('topics') ? { why: 'Kafka cannot be reached' } : { value: topicsOf(seen) },
    groups: Object.fromEntries(groups),
    rows: refused('rows')
      ? { why: 'PostgreSQL cannot be reached' }
      : { value: { tables, now: NOON, ...(seen.standby === undefined ? {} : { standby: seen.standby }) } },
    ...(seen.seen === undefined ? {} : { workers: workersOf(seen.seen) }),
    ...(seen.log === undefined ? {} : { calls: { 'admin-service': { value: logOf(seen.log, at) } } }),
  };
};

const snapshotOf = (...looks: Snapshot['looks']): Snapshot => ({
  pipeline: shippedPipeline,
  subject: subjectOf(pipeline, PAYMENT, { studentId: STUDENT, courseId: COURSE }),
  clocks: { wall: NOON, monotonic: 100 },
  looks,
});

/**
 * One look, or two that are `apart` ms apart, left out: as far as the first asks for. What the second does not say is as in the
 * first, but for records.
 */
export const live = (first: Seen, second?: Seen, apart?: number): Snapshot => {
  const alone = snapshotOf(lookOf(first, 200));
  if (second === undefined) return alone;
  const ms = apart ?? lookAgainAfter(toHistory(alone));
  return snapshotOf(lookOf(first, 200), lookOf({ ...first, records: [], ...second }, 200 + ms));
};
