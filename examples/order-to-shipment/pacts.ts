/** What two of the shop's workers promise one another, and what the dispatcher expects of the carrier. */
import type { Message } from '../../harness/pipeline/message.ts';
import { digits, filledText, integer } from '../../harness/pipeline/pact-rules.ts';
import type { MessageDeclaration, PactDeclarations } from '../../harness/pipeline/pacts.ts';
import type { StubDatabase } from '../../harness/pipeline/stub.ts';

interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly articleId: number;
}

interface Planned extends Order {
  readonly shipmentId: string;
}

const CALLED: Planned = { orderId: 'order-1', customerId: 'customer-1', articleId: 530_187_411, shipmentId: '1000001' };
const READ: Planned = { orderId: 'order-2', customerId: 'customer-2', articleId: 530_187_412, shipmentId: '1000002' };

const event = (topic: string, type: string, eventId: string, ids: Order): Message => {
  const _metadata = { eventId, correlationId: ids.orderId, timestamp: Date.now(), source: 'shop', version: '1.0.0' };
  return { topic, key: ids.orderId, headers: {}, value: JSON.stringify({ type, ...ids, _metadata }) };
};

/** The shipment is planned, and nothing else is there of its order. */
const plan = async (database: StubDatabase, { orderId, customerId, articleId, shipmentId }: Planned): Promise<void> => {
  await database.write(async (query) => {
    await query('DELETE FROM inbox WHERE order_id = $1', [orderId]);
    await query('DELETE FROM shipments WHERE order_id = $1', [orderId]);
    await query(
      `INSERT INTO shipments (id, order_id, customer_id, article_id, reservation)
       OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, 'shelf')`,
      [shipmentId, orderId, customerId, articleId],
    );
  });
};

const eventIdOf = ({ shipmentId }: Planned): string => `planned-${shipmentId}`;

let orders = 0;

const planned: MessageDeclaration = {
  consumer: 'dispatcher',
  provider: 'planner',
  description: 'SHIPMENT_PLANNED of an order',
  topic: 'shipments-planned',
  metadata: { topic: 'shipments-planned', key: filledText(READ.orderId) },
  content: {
    type: 'SHIPMENT_PLANNED',
    orderId: filledText(READ.orderId),
    customerId: filledText(READ.customerId),
    articleId: integer(READ.articleId),
    shipmentId: digits(READ.shipmentId),
    _metadata: { eventId: filledText(eventIdOf(READ)), correlationId: filledText(READ.orderId) },
  },
  // Each time another order: an event that came before is in the inbox.
  given: () => {
    orders += 1;
    const ids = { orderId: `order-of-pacts-${orders}`, customerId: 'customer-3', articleId: 530_187_413 };
    return event('orders', 'ORDER_PLACED', `placed-${ids.orderId}`, ids);
  },
};

export const pacts = (): PactDeclarations => ({
  calls: [
    {
      consumer: 'dispatcher',
      provider: 'carrier',
      interactions: [
        {
          description: 'a pickup of a shipment',
          exercisedBy: 'worker',
          request: { shipmentId: digits(CALLED.shipmentId) },
          status: 202,
          response: { pickup: filledText(`van-for-${CALLED.shipmentId}`) },
          event: async (database) => {
            await plan(database, CALLED);
            return event('shipments-planned', 'SHIPMENT_PLANNED', eventIdOf(CALLED), CALLED);
          },
        },
      ],
    },
  ],
  messages: [planned],
  readers: { dispatcher: (database, { content }) => plan(database, content as Planned) },
});
