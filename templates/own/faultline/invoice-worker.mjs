// A stand-in for your worker: reads orders, writes an invoice for each, tells of it, and marks the order as handled last, so that
// whatever was broken off is done again.
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';

const { KAFKA_BROKERS = '', DATABASE_URL } = process.env;
const db = new pg.Pool({ connectionString: DATABASE_URL, max: 2 });
// A connection that is cut while nobody uses it is replaced by the next query.
db.on('error', (error) => process.stderr.write(`postgres: ${error.message}\n`));

const kafka = new Kafka({
  clientId: 'invoice-worker',
  brokers: KAFKA_BROKERS.split(','),
  logLevel: logLevel.ERROR,
  retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 100 },
});
const producer = kafka.producer({ allowAutoTopicCreation: false });
const consumer = kafka.consumer({ groupId: 'invoice-workers', allowAutoTopicCreation: false });

const invoiceOf = async ({ orderId, customerId, articleId }) => {
  await db.query(
    'insert into invoices (order_id, customer_id, article_id) values ($1, $2, $3) on conflict (order_id) do nothing',
    [orderId, customerId, articleId],
  );
  const { rows } = await db.query('select id from invoices where order_id = $1', [orderId]);
  return rows[0].id;
};

const handle = async (order) => {
  const { orderId, customerId, articleId, _metadata } = order;
  const invoiceId = await invoiceOf(order);
  const about = { eventId: `invoice-${invoiceId}`, correlationId: orderId, timestamp: Date.now(), version: '1.0.0' };
  const told = { type: 'INVOICE_WRITTEN', orderId, customerId, articleId, invoiceId };
  await producer.send({
    topic: 'invoices-written',
    messages: [{ key: orderId, value: JSON.stringify({ ...told, _metadata: { ...about, source: 'invoice-worker' } }) }],
  });
  await db.query(
    'insert into handled_events (event_id, order_id, event_type) values ($1, $2, $3) on conflict do nothing',
    [_metadata.eventId, orderId, order.type],
  );
};

// What is no order never will be one: it goes to the dead letters, with its place, and is not tried again.
const giveUp = ({ topic, partition, message: { key, offset } }) => {
  const place = { originalTopic: topic, originalPartition: partition, originalOffset: offset };
  const value = JSON.stringify({ ...place, failureReason: 'it is no order', attempts: 1 });
  return producer.send({ topic: 'dead-letters', messages: [{ key, value }] });
};

const orderIn = ({ value }) => {
  try {
    const order = JSON.parse(value.toString());
    return order.orderId && order.customerId && order.articleId && order._metadata?.eventId ? order : undefined;
  } catch {
    return undefined;
  }
};

process.once('SIGTERM', async () => {
  await consumer.disconnect();
  process.exit(0);
});
await producer.connect();
await consumer.connect();
await consumer.subscribe({ topics: ['orders'], fromBeginning: true });
await consumer.run({
  eachMessage: async (delivery) => {
    const order = orderIn(delivery.message);
    await (order === undefined ? giveUp(delivery) : handle(order));
  },
});
