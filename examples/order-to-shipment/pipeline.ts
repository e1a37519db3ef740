import { HttpResponse, http } from 'msw';
import { definePipeline } from '../../harness/pipeline/declaration.ts';
import { pacts } from './pacts.ts';

/**
 * From an order to its parcel: a pipeline that shares nothing with the one that Faultline ships. One stage inserts a row, one
 * updates it in place, each once a service has agreed; one only passes an event on and keeps no inbox. No id is a UUID.
 */
export const orderToShipment = definePipeline({
  name: 'order-to-shipment',
  ids: 'text',
  subject: {
    called: 'order',
    begun: 'was placed',
    unbegun: { shape: 'nobody-ordered', says: 'nobody ordered it' },
    id: 'orderId',
    drawn: 'text',
    pair: [
      { field: 'customerId', column: 'customer_id', drawn: 'text' },
      { field: 'articleId', column: 'article_id', drawn: 'number' },
    ],
  },
  topics: {
    orders: {},
    'shipments-planned': {},
    'shipments-sent': {},
    'customer-mail': {},
    'unworkable-events': { deadLetters: true },
  },
  partitions: 2,
  events: {
    ORDER_PLACED: { topic: 'orders', begins: true, required: ['orderId', 'customerId', 'articleId'] },
    SHIPMENT_PLANNED: {
      topic: 'shipments-planned',
      names: {
        entity: 'shipment',
        by: 'shipmentId',
        agrees: { customerId: 'customer_id', articleId: 'article_id' },
      },
      required: ['shipmentId', 'customerId', 'articleId'],
      eventIds: ['planned-{shipmentId}'],
    },
    SHIPMENT_SENT: {
      topic: 'shipments-sent',
      names: { entity: 'parcel', by: 'shipmentId' },
      required: ['shipmentId', 'customerId', 'articleId'],
      eventIds: ['sent-{shipmentId}'],
    },
    CUSTOMER_TOLD: { topic: 'customer-mail', eventIds: ['told-{shipmentId}'] },
  },
  entities: {
    shipment: {
      table: 'shipments',
      called: 'shipment',
      counts: [{ state: ['planned', 'sent'] }],
      done: [{ state: 'returned' }],
      shows: 'state',
    },
    // The same row, once it has left.
    parcel: {
      table: 'shipments',
      called: 'parcel on its way',
      counts: [{ state: 'sent' }],
      done: [{ state: 'returned' }],
      shows: 'state',
    },
  },
  // An inbox: a row that waits for its event to be worked on, and marks it once that is done.
  guard: { table: 'inbox', key: 'event', correlation: 'order_id', type: 'kind', marks: { done_at: 'given' } },
  furtherTables: [],
  // What stands for them. Workers write their rows themselves, so the answers say nothing of any.
  services: {
    // Whose call it is says its path.
    warehouse: {
      port: 4010,
      operation: { method: 'POST', path: '/orders/:orderId/reservations' },
      stub: [
        http.post('/orders/:orderId/reservations', ({ params }) =>
          HttpResponse.json({ reservation: `shelf-of-${String(params['orderId'])}` }, { status: 201 }),
        ),
      ],
    },
    // Whose call it is says a header: x-correlation-id.
    carrier: {
      port: 4020,
      operation: { method: 'POST', path: '/pickups' },
      stub: [
        http.post('/pickups', async ({ request }) => {
          const { shipmentId } = (await request.json()) as { shipmentId?: string };
          return shipmentId === undefined
            ? HttpResponse.json({ problem: 'shipmentId is missing' }, { status: 422 })
            : HttpResponse.json({ pickup: `van-for-${shipmentId}` }, { status: 202 });
        }),
      ],
    },
  },
  pacts,
  stages: {
    planner: {
      group: 'planners',
      consumes: 'ORDER_PLACED',
      attempts: 3,
      calls: 'warehouse',
      effect: 'shipment',
      announces: ['SHIPMENT_PLANNED'],
    },
    dispatcher: {
      group: 'dispatchers',
      consumes: 'SHIPMENT_PLANNED',
      attempts: 3,
      calls: 'carrier',
      effect: 'parcel',
      announces: ['SHIPMENT_SENT'],
    },
    mailer: {
      group: 'mailers',
      consumes: 'SHIPMENT_SENT',
      attempts: 3,
      unguarded: true,
      announces: ['CUSTOMER_TOLD'],
    },
  },
});
