import { definePipeline } from '../../harness/pipeline/declaration.ts';

/**
 * From an order to its parcel: a pipeline that shares nothing with the one that Faultline ships. One stage inserts a row, one
 * updates it in place, one only passes an event on and keeps no inbox; shipments are known by numbers.
 */
export const orderToShipment = definePipeline({
  name: 'order-to-shipment',
  ids: 'text',
  subject: {
    called: 'order',
    begun: 'was placed',
    unbegun: { shape: 'nobody-ordered', says: 'nobody ordered it' },
    id: 'orderId',
    pair: [
      { field: 'customerId', column: 'customer_id' },
      { field: 'articleId', column: 'article_id' },
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
  services: {},
  stages: {
    planner: {
      group: 'planners',
      consumes: 'ORDER_PLACED',
      attempts: 3,
      effect: 'shipment',
      announces: ['SHIPMENT_PLANNED'],
    },
    dispatcher: {
      group: 'dispatchers',
      consumes: 'SHIPMENT_PLANNED',
      attempts: 3,
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
