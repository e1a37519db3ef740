/** A system in which a great deal has happened: rows and records as its workers leave them, with some that lack something. */
import type { Kafka } from 'kafkajs';
import type pg from 'pg';
import { purchaseConfirmed, purchaseCreated } from '../../pipelines/purchase-to-trainer/messages.ts';
import type { Message } from '../../harness/pipeline/message.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { tellingOf } from '../../harness/pipeline/telling.ts';
import { resolveSubjects } from '../../harness/scenario/subjects.ts';
import { paymentsAtOnce } from '../growth/many.ts';

export interface Sizes {
  /** Payments, each with its purchase and its allocation: one in `RECENT` with its four events as well. */
  readonly payments: number;
  /** So many of them have a mark and no allocation. */
  readonly marked: number;
  /** Of the last ones nobody told that there is a purchase, and there is no allocation. */
  readonly untold: number;
}

/** Retention has taken the events of all others. */
const RECENT = 4;
const HOUR = 3_600_000;
const BATCH = 5000;

/** Of the n-th payment. Told apart by their last digit, so that any can be put where another stands. */
const idOf = (what: number, n: number): string =>
  `${n.toString(16).padStart(8, '0')}-0000-4000-8000-00000000000${what}`;
const [PAYMENT, STUDENT, COURSE, PURCHASE, ALLOCATION, TRAINER] = [1, 2, 3, 4, 5, 6] as const;

const sqlId = (what: number): string => `(lpad(to_hex(n), 8, '0') || '-0000-4000-8000-00000000000${what}')::uuid`;

const when = (beganAt: number, everyMs: number): string =>
  `to_timestamp(${beganAt / 1000}::float8 + (n * ${everyMs / 1000}::float8))`;

/** How the time is spread: the events of the recent ones lie within the last day. */
const timesOf = ({ payments }: Sizes) => {
  const now = Date.now();
  const recent = Math.floor(payments / RECENT);
  const everyMs = (20 * HOUR) / recent;
  return { recent, everyMs, beganAt: now - HOUR - payments * everyMs };
};

/** Gives how many rows there are. */
export const fillRows = async (client: pg.Client, sizes: Sizes): Promise<number> => {
  const { payments, marked, untold } = sizes;
  const { beganAt, everyMs } = timesOf(sizes);
  const at = when(beganAt, everyMs);
  const lacking = payments - marked - untold;
  const statements = [
    `INSERT INTO payments (id, student_id, amount_cents, provider, status, metadata, created_at, confirmed_at)
     SELECT ${sqlId(PAYMENT)}, ${sqlId(STUDENT)}, 100, 'razorpay', 'succeeded', jsonb_build_object('courseId', ${sqlId(COURSE)}), ${at}, ${at}
     FROM generate_series(0, ${payments - 1}) n`,
    `INSERT INTO student_course_purchases (id, student_id, course_id, purchase_tier, purchase_date, created_at, updated_at)
     SELECT ${sqlId(PURCHASE)}, ${sqlId(STUDENT)}, ${sqlId(COURSE)}, 10, ${at}, ${at}, ${at}
     FROM generate_series(0, ${payments - 1}) n`,
    `INSERT INTO trainer_allocations (id, student_id, course_id, trainer_id, requested_by, status, allocated_at, created_at, updated_at)
     SELECT ${sqlId(ALLOCATION)}, ${sqlId(STUDENT)}, ${sqlId(COURSE)}, ${sqlId(TRAINER)}, ${sqlId(STUDENT)}, 'approved', ${at}, ${at}, ${at}
     FROM generate_series(0, ${lacking - 1}) n`,
    `INSERT INTO processed_events (event_id, event_type, correlation_id, source, processed_at, created_at)
     SELECT 'purchase-created-' || ${sqlId(PURCHASE)}, 'PURCHASE_CREATED', ${sqlId(PAYMENT)}, 'payment-service', ${at}, ${at}
     FROM generate_series(${lacking}, ${lacking + marked - 1}) n`,
  ];
  let rows = 0;
  for (const statement of statements) rows += (await client.query(statement)).rowCount ?? 0;
  await client.query('ANALYZE');
  return rows;
};

interface Template {
  readonly topic: string;
  /** The message as JSON. */
  readonly text: string;
  /** Of which payments it is there: of all, of those whose purchase was told of, or of those with an allocation. */
  readonly until: 'purchase' | 'mark' | 'end';
}

/** The four events of a payment, with ids in them for which others can be put. */
const templates = (): readonly Template[] => {
  const pipeline = pipelineOf(shippedPipeline);
  const [drawn] = resolveSubjects(paymentsAtOnce(1), 1, pipeline);
  if (drawn === undefined) throw new Error('no payment was drawn');
  const [id, now] = [(what: number): string => idOf(what, 0), 0];
  const subject = {
    ...drawn,
    paymentId: id(PAYMENT),
    correlationId: id(PAYMENT),
    studentId: id(STUDENT),
    courseId: id(COURSE),
  };
  const tell = (event: string, fields: Readonly<Record<string, unknown>>): Message =>
    tellingOf(pipeline, event, subject, { eventId: `event-${event}-${id(PAYMENT)}`, now, fields });
  const created = { eventId: `purchase-created-${id(PURCHASE)}`, now };
  const messages = [
    {
      message: purchaseConfirmed(subject, { eventId: `purchase-confirmed-${id(PAYMENT)}`, now }),
      until: 'purchase' as const,
    },
    { message: purchaseCreated(subject, id(PURCHASE), created), until: 'mark' as const },
    { message: tell('COURSE_ACCESS_GRANTED', { purchaseId: id(PURCHASE) }), until: 'mark' as const },
    {
      message: tell('TRAINER_ALLOCATED', { allocationId: id(ALLOCATION), trainerId: id(TRAINER) }),
      until: 'end' as const,
    },
  ];
  return messages.map(({ message: { topic, ...message }, until }) => ({ topic, text: JSON.stringify(message), until }));
};

/** Gives how many records there are. What retention took is one of each partition. */
export const fillRecords = async (kafka: Kafka, sizes: Sizes): Promise<number> => {
  const { payments, marked, untold } = sizes;
  const { recent, everyMs, beganAt } = timesOf(sizes);
  const before = { purchase: payments, mark: payments - untold, end: payments - untold - marked };
  const first = payments - recent;
  const [producer, admin] = [kafka.producer(), kafka.admin()];
  await Promise.all([producer.connect(), admin.connect()]);
  let records = 0;
  try {
    for (const { topic, text, until } of templates()) {
      const { partitions = [] } = (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0] ?? {};
      const gone = partitions.map(({ partitionId: partition }) => ({ partition, value: 'of long ago' }));
      await producer.send({ topic, messages: gone });
      await admin.deleteTopicRecords({
        topic,
        partitions: partitions.map(({ partitionId: partition }) => ({ partition, offset: '1' })),
      });
      const parts = text.split(new RegExp(`${idOf(0, 0).slice(0, 8)}(?=-0000-4000-8000)`));
      for (let from = first; from < payments; from += BATCH) {
        const messages = [];
        for (let n = from; n < Math.min(from + BATCH, payments); n += 1) {
          if (n >= before[until]) continue;
          const message = JSON.parse(parts.join(n.toString(16).padStart(8, '0'))) as Omit<Message, 'topic'>;
          messages.push({ ...message, timestamp: String(Math.round(beganAt + n * everyMs)) });
        }
        if (messages.length > 0) await producer.send({ topic, messages });
        records += messages.length;
      }
    }
  } finally {
    await Promise.all([producer.disconnect(), admin.disconnect()]);
  }
  return records;
};
