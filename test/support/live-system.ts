/** A system that somebody else keeps, as `faultline up` does: what happens to payments in it, done by hand. */
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';

/** Addresses as `up` exports them. */
export type Addresses = Readonly<Record<string, string>>;

export interface Payment {
  readonly payment: string;
  readonly student: string;
  readonly course: string;
  readonly purchase: string;
}

export const newPayment = (): Payment => ({
  payment: randomUUID(),
  student: randomUUID(),
  course: randomUUID(),
  purchase: randomUUID(),
});

/** What a person wrote, and nothing may hand on. */
export const PERSONAL = 'Asha from Pune, call after nine';

export interface LiveSystem {
  /** payment-service's row of the payment. */
  pay(of: Payment): Promise<void>;
  /** The event, in partition 0. */
  confirm(of: Payment): Promise<void>;
  create(of: Payment): Promise<void>;
  purchase(of: Payment): Promise<void>;
  allocate(of: Payment): Promise<void>;
  mark(of: Payment, event: string, source: string): Promise<void>;
  letter(of: Payment, topic: string): Promise<void>;
  /** Sets the group, which must have no member, to the end of the topic. */
  passAll(group: string, topic: string): Promise<void>;
  /** A member of the group that reads this topic, until it is stopped. */
  join(group: string, topic: string): Promise<{ leave(): Promise<void> }>;
  remove(topic: string): Promise<void>;
  close(): Promise<void>;
}

const eventOf = (type: string, { payment, student, course }: Payment, more: Readonly<Record<string, unknown>>) => ({
  key: payment,
  partition: 0,
  value: JSON.stringify({
    type,
    timestamp: Date.now(),
    userId: student,
    role: 'student',
    studentId: student,
    courseId: course,
    ...more,
    metadata: { notes: PERSONAL, studentName: PERSONAL },
    _metadata: {
      eventId: randomUUID(),
      correlationId: payment,
      timestamp: Date.now(),
      source: 'payment-service',
      version: '1.0.0',
    },
  }),
  headers: { correlationId: payment, eventType: type, notes: PERSONAL },
});

export const openLiveSystem = async ({ KAFKA_BROKERS = '', DATABASE_URL = '' }: Addresses): Promise<LiveSystem> => {
  const kafka = new Kafka({ brokers: [KAFKA_BROKERS], logLevel: logLevel.NOTHING });
  const [admin, producer] = [kafka.admin(), kafka.producer()];
  const client = new pg.Client({ connectionString: DATABASE_URL });
  await Promise.all([admin.connect(), producer.connect(), client.connect()]);
  const send = async (topic: string, message: ReturnType<typeof eventOf>): Promise<void> =>
    void (await producer.send({ topic, messages: [message] }));
  return {
    pay: async ({ payment, student, course }) =>
      void (await client.query(
        `INSERT INTO payments (id, student_id, amount_cents, provider, status, metadata, confirmed_at)
         VALUES ($1, $2, 100, 'razorpay', 'succeeded', $3, now())`,
        [payment, student, JSON.stringify({ courseId: course, notes: PERSONAL })],
      )),
    confirm: (of) =>
      send('purchase-confirmed', eventOf('PURCHASE_CONFIRMED', of, { paymentId: of.payment, amountCents: 100 })),
    create: (of) =>
      send('purchase-created', eventOf('PURCHASE_CREATED', of, { purchaseId: of.purchase, purchaseTier: 10 })),
    purchase: async ({ purchase, student, course }) =>
      void (await client.query(
        `INSERT INTO student_course_purchases (id, student_id, course_id, purchase_tier, purchase_date, metadata, is_active)
         VALUES ($1, $2, $3, 10, now(), $4, true)`,
        [purchase, student, course, JSON.stringify({ notes: PERSONAL })],
      )),
    allocate: async ({ student, course }) =>
      void (await client.query(
        `INSERT INTO trainer_allocations (id, student_id, course_id, trainer_id, status, requested_by, requested_at, notes)
         VALUES ($1, $2, $3, $4, 'approved', $2, now(), $5)`,
        [randomUUID(), student, course, randomUUID(), PERSONAL],
      )),
    mark: async ({ payment }, event, source) =>
      void (await client.query(
        `INSERT INTO processed_events (event_id, event_type, correlation_id, payload, source, version)
         VALUES ($1, $2, $3, $4, $5, '1.0.0')`,
        [randomUUID(), event, payment, JSON.stringify({ notes: PERSONAL }), source],
      )),
    letter: async (of, topic) => {
      const { payment, student, course } = of;
      const more = {
        originalTopic: topic,
        originalPartition: 0,
        originalEvent: { studentId: student, courseId: course, notes: PERSONAL },
        attempts: 5,
        failureReason: PERSONAL,
        correlationId: payment,
      };
      await send('dead-letter-queue', eventOf('PURCHASE_CREATED', of, more));
    },
    passAll: async (groupId, topic) => {
      const ends = await admin.fetchTopicOffsets(topic);
      const partitions = ends.map(({ partition, offset }) => ({ partition, offset }));
      await admin.setOffsets({ groupId, topic, partitions });
    },
    join: async (groupId, topic) => {
      const consumer = kafka.consumer({ groupId });
      await consumer.connect();
      await consumer.subscribe({ topic });
      const joined = new Promise((resolve) => consumer.on('consumer.group_join', resolve));
      await consumer.run({ eachMessage: async () => {} });
      await joined;
      return { leave: () => consumer.disconnect() };
    },
    remove: (topic) => admin.deleteTopics({ topics: [topic] }),
    close: async () => {
      await Promise.all([admin.disconnect(), producer.disconnect(), client.end()]);
    },
  };
};
