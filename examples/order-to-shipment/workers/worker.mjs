/**
 * The shop's three workers: `worker.mjs planner|dispatcher|mailer EDITION`. The planner and the dispatcher put an event into their
 * inbox, and work on what waits there until it is done; the mailer only passes on. What the editions are is said in editions.mjs.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { editions } from './editions.mjs';

/** Until a parcel that was told of leaves, where it is told of first. */
const A_WHILE_MS = 5000;

const [role, edition] = process.argv.slice(2);
const has = (trait) => editions[edition].includes(trait);
const { KAFKA_BROKERS = '', DATABASE_URL, WAREHOUSE_URL, CARRIER_URL, TOPIC, GROUP } = process.env;
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

/** What a service says to it. `key`: the service does once what it is asked twice under the same. */
const ask = async (service, path, orderId, key, body) => {
  const answer = await fetch(new URL(path, service), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-correlation-id': orderId, 'idempotency-key': key },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  }).catch((error) => {
    // What fetch throws is a TypeError: kafkajs takes that for a bug of ours, and consumes nothing any more.
    throw new Error(`${service} was not reached: ${error.message}`, { cause: error });
  });
  if (!answer.ok) throw new Error(`${service} answered ${answer.status}`);
  return answer.json();
};

const planned = async ({ orderId, customerId, articleId }, reservation) => {
  const { rows } = await db.query(
    `insert into shipments (order_id, customer_id, article_id, reservation) values ($1, $2, $3, $4)
     on conflict (order_id) do update set order_id = excluded.order_id returning id`,
    [orderId, customerId, articleId, reservation],
  );
  return rows[0].id;
};

const plan = async (order) => {
  const path = `/orders/${encodeURIComponent(order.orderId)}/reservations`;
  const { reservation } = await ask(WAREHOUSE_URL, path, order.orderId, order.orderId, { articleId: order.articleId });
  const shipmentId = await planned(order, reservation);
  const { customerId, articleId } = order;
  const told = has('tells-another') ? { ...order, customerId: articleId, articleId: customerId } : order;
  await tell('shipments-planned', 'SHIPMENT_PLANNED', `planned-${shipmentId}`, { ...told, shipmentId });
};

/** It tells of the row as it stands: what an event says of it besides its id is hearsay. */
const dispatch = async ({ shipmentId }) => {
  const { rows } = await db.query(
    `select id as "shipmentId", order_id as "orderId", customer_id as "customerId", article_id as "articleId"
       from shipments where id = $1`,
    [shipmentId],
  );
  const { pickup } = await ask(CARRIER_URL, '/pickups', rows[0].orderId, `shipment-${shipmentId}`, { shipmentId });
  const say = () => tell('shipments-sent', 'SHIPMENT_SENT', `sent-${shipmentId}`, rows[0]);
  if (has('tells-first')) {
    await say();
    await delay(A_WHILE_MS);
  }
  await db.query(`update shipments set state = 'sent', pickup = $2 where id = $1 and state = 'planned'`, [
    shipmentId,
    pickup,
  ]);
  if (!has('tells-first')) await say();
};

const mail = (shipment) => tell('customer-mail', 'CUSTOMER_TOLD', `told-${shipment.shipmentId}`, shipment);

const PARTS = {
  planner: { group: 'planners', topic: 'orders', kind: 'ORDER_PLACED', work: plan },
  dispatcher: { group: 'dispatchers', topic: 'shipments-planned', kind: 'SHIPMENT_PLANNED', work: dispatch },
  mailer: { group: 'mailers', topic: 'shipments-sent', kind: 'SHIPMENT_SENT', work: mail },
};
const { group, topic, kind, work } = PARTS[role];

const store = (event, done) =>
  db.query(
    `insert into inbox (event, order_id, kind, worker, payload, done_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [event._metadata.eventId, event.orderId, kind, role, event, done],
  );

const workOffInbox = async () => {
  const { rows } = await db.query(
    'select event, payload from inbox where kind = $1 and done_at is null order by came_at',
    [kind],
  );
  for (const { event, payload } of rows) {
    await work(payload);
    await db.query('update inbox set done_at = now() where event = $1', [event]);
  }
};

/** One at a time: whoever asks meanwhile is served by another round after this one. */
let round = Promise.resolve();
let waiting = false;
const askForRound = () => {
  if (waiting) return;
  waiting = true;
  round = round.then(async () => {
    waiting = false;
    try {
      await workOffInbox();
    } catch (error) {
      process.stderr.write(`once more: ${error.message}\n`);
      setTimeout(askForRound, 100);
    }
  });
};

/** What takes an event, by the way the edition has: when it returns, the event's offset may be committed. */
const take = async (event) => {
  if (role === 'mailer') return work(event);
  if (has('without-inbox')) {
    await work(event);
    return store(event, new Date());
  }
  if (has('swallows'))
    return work(event)
      .then(() => store(event, new Date()))
      .catch(() => undefined);
  if (has('marks-first')) return store(event, new Date()).then(() => work(event));
  await store(event, null);
  askForRound();
};

/** What can never be worked on goes to the dead letters, with its place. */
const giveUp = ({ topic: from, partition, message }, reason) => {
  const value = JSON.stringify({
    originalTopic: from,
    originalPartition: partition,
    originalOffset: message.offset,
    failureReason: reason,
    attempts: 1,
  });
  const letter = { key: message.key, value };
  return producer.send({ topic: 'unworkable-events', messages: has('gives-up-twice') ? [letter, letter] : [letter] });
};

const read = ({ value }) => {
  try {
    const event = JSON.parse(value.toString());
    return event.orderId && event.customerId && event.articleId && event._metadata?.eventId ? event : undefined;
  } catch {
    return undefined;
  }
};

// A scenario may set it wrong.
const consumer = kafka.consumer({ groupId: GROUP ?? group, allowAutoTopicCreation: false });
process.once('SIGTERM', async () => {
  await consumer.disconnect();
  process.exit(0);
});
await producer.connect();
await consumer.connect();
// What an earlier life has left there.
if (role !== 'mailer') askForRound();
await consumer.subscribe({ topic: TOPIC ?? topic, fromBeginning: true });
await consumer.run({
  eachMessage: async (delivery) => {
    const event = read(delivery.message);
    await (event === undefined ? giveUp(delivery, 'it is no event of the shop') : take(event));
  },
});
