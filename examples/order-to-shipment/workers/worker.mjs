/**
 * The shop's three workers: `worker.mjs planner|dispatcher|mailer right|hasty`. All of them read an event, do their part in one
 * transaction, tell the next, and mark the event last, so that whatever is broken off is done again. The hasty planner marks first,
 * and takes a mark for done.
 */
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';

const [role, edition] = process.argv.slice(2);
const { KAFKA_BROKERS = '', DATABASE_URL } = process.env;
const db = new pg.Pool({ connectionString: DATABASE_URL, max: 4 });
db.on('error', (error) => process.stderr.write(`pg: ${error.message}\n`));

const kafka = new Kafka({
  clientId: role,
  brokers: KAFKA_BROKERS.split(','),
  logLevel: logLevel.ERROR,
  retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 100 },
});
const producer = kafka.producer({ allowAutoTopicCreation: false });

const tell = (topic, type, eventId, { orderId, customerId, articleId, shipmentId }) => {
  const _metadata = { eventId, correlationId: orderId, timestamp: Date.now(), source: role, version: '1.0.0' };
  const value = { type, orderId, customerId, articleId, shipmentId, _metadata };
  return producer.send({ topic, messages: [{ key: orderId, value: JSON.stringify(value) }] });
};

const isMarked = async ({ _metadata }) =>
  (await db.query('select 1 from handled where event = $1', [_metadata.eventId])).rowCount > 0;

const mark = ({ type, orderId, _metadata }) =>
  db.query('insert into handled (event, order_id, kind) values ($1, $2, $3) on conflict do nothing', [
    _metadata.eventId,
    orderId,
    type,
  ]);

const planned = async ({ orderId, customerId, articleId }) => {
  const { rows } = await db.query(
    `insert into shipments (order_id, customer_id, article_id) values ($1, $2, $3)
     on conflict (order_id) do update set order_id = excluded.order_id returning id`,
    [orderId, customerId, articleId],
  );
  return rows[0].id;
};

const plan = async (order) => {
  if (edition === 'hasty') {
    if (await isMarked(order)) return;
    await mark(order);
  }
  const shipmentId = await planned(order);
  await tell('shipments-planned', 'SHIPMENT_PLANNED', `planned-${shipmentId}`, { ...order, shipmentId });
  await mark(order);
};

const dispatch = async (shipment) => {
  const { shipmentId } = shipment;
  await db.query(`update shipments set state = 'sent' where id = $1 and state = 'planned'`, [shipmentId]);
  await tell('shipments-sent', 'SHIPMENT_SENT', `sent-${shipmentId}`, shipment);
  await mark(shipment);
};

const mail = (shipment) => tell('customer-mail', 'CUSTOMER_TOLD', `told-${shipment.shipmentId}`, shipment);

const PARTS = {
  planner: { group: 'planners', topic: 'orders', work: plan },
  dispatcher: { group: 'dispatchers', topic: 'shipments-planned', work: dispatch },
  mailer: { group: 'mailers', topic: 'shipments-sent', work: mail },
};

/** What can never be worked on goes to the dead letters, with its place. */
const giveUp = ({ topic, partition, message }, reason) =>
  producer.send({
    topic: 'unworkable-events',
    messages: [
      {
        key: message.key,
        value: JSON.stringify({
          originalTopic: topic,
          originalPartition: partition,
          originalOffset: message.offset,
          failureReason: reason,
          attempts: 1,
        }),
      },
    ],
  });

const read = ({ value }) => {
  try {
    const event = JSON.parse(value.toString());
    return event.orderId && event.customerId && event.articleId && event._metadata?.eventId ? event : undefined;
  } catch {
    return undefined;
  }
};

const { group, topic, work } = PARTS[role];
const consumer = kafka.consumer({ groupId: group, allowAutoTopicCreation: false });
process.once('SIGTERM', async () => {
  await consumer.disconnect();
  process.exit(0);
});
await producer.connect();
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({
  eachMessage: async (delivery) => {
    const event = read(delivery.message);
    await (event === undefined ? giveUp(delivery, 'it is no event of the shop') : work(event));
  },
});
