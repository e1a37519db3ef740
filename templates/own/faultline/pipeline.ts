// What Faultline knows of your pipeline. Rename what is here, then add to it: a stage is data, and everything that is judged
// follows from it. A mistake is told when it is loaded, by its key: npx faultline list
import { definePipeline } from 'faultline';

export const orderToInvoice = definePipeline({
  name: 'order-to-invoice',
  // Ids are UUIDs where this is left out.
  ids: 'text',
  // What goes the pipeline's way. Rows carry no correlation id: the two ids of `pair` say whose they are.
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
  topics: { orders: {}, 'invoices-written': {}, 'dead-letters': { deadLetters: true } },
  partitions: 2,
  events: {
    ORDER_PLACED: { topic: 'orders', begins: true, required: ['orderId', 'customerId', 'articleId'] },
    INVOICE_WRITTEN: {
      topic: 'invoices-written',
      names: { entity: 'invoice', by: 'invoiceId', agrees: { customerId: 'customer_id', articleId: 'article_id' } },
    },
  },
  entities: {
    // `counts`: when a row is the effect that its stage is for.
    invoice: { table: 'invoices', called: 'invoice', counts: [{ state: 'open' }], done: [{ state: 'paid' }] },
  },
  // The idempotency guard: a row for every event that was processed.
  guard: { table: 'handled_events', key: 'event_id', correlation: 'order_id', type: 'event_type' },
  furtherTables: [],
  services: {},
  stages: {
    'invoice-worker': {
      group: 'invoice-workers',
      consumes: 'ORDER_PLACED',
      attempts: 1,
      effect: 'invoice',
      announces: ['INVOICE_WRITTEN'],
    },
  },
});
