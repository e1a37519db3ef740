// Conditions, faults and acts there are: node_modules/faultline/docs/vocabulary.md
import { scenariosOf } from 'faultline';
import { orderToInvoice } from '../pipeline.ts';

const { defineScenario } = scenariosOf(orderToInvoice);

export const ordersAreInvoiced = defineScenario({
  name: 'orders-are-invoiced',
  title: 'The worker is killed as soon as an invoice is committed; every order is invoiced once, and told of.',
  tags: ['ours'],
  given: { subjects: { lamp: {}, table: {} } },
  // What is broken, and when. Faults are healed before the trial ends, and everything must then come right by itself.
  faults: [{ kind: 'worker-killed', worker: 'invoice-worker', when: { row: { table: 'invoices' } } }],
  act: [{ do: 'tell', event: 'ORDER_PLACED', subjects: ['lamp', 'table'], fields: { quantity: 1 } }],
  // While it is broken: when to look, and which causes may be named then.
  observeUntil: { fired: { fault: 'worker-killed' } },
  during: [{ when: { always: true }, causes: 'any' }],
  // Once it is healed: what this scenario asks for, besides the invariants, which always hold.
  after: [{ must: { emitted: { event: 'INVOICE_WRITTEN' } }, message: 'every invoice is told of' }],
});
