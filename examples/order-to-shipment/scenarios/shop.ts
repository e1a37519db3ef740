import { scenariosOf } from '../../../harness/scenario/define.ts';
import { orderToShipment } from '../pipeline.ts';

const { defineScenario } = scenariosOf(orderToShipment);

export const ordersAreShipped = defineScenario({
  name: 'orders-are-shipped',
  title: 'Three orders at once get on to their parcels.',
  tags: ['healthy'],
  given: { subjects: { lamp: {}, table: {}, chair: {} } },
  faults: [],
  act: [{ do: 'tell', event: 'ORDER_PLACED', subjects: ['lamp', 'table', 'chair'], fields: { quantity: 1 } }],
  during: [{ when: { always: true }, causes: [] }],
  after: [{ must: { emitted: { event: 'CUSTOMER_TOLD' } }, message: 'every customer is told' }],
});

export const plannerKilled = defineScenario({
  name: 'planner-killed',
  title: 'The planner is killed as soon as it has done anything about an order.',
  tags: ['process'],
  given: { subjects: { lamp: {} } },
  faults: [
    {
      kind: 'worker-killed',
      worker: 'planner',
      when: { any: [{ row: { table: 'shipments' } }, { marked: { event: 'ORDER_PLACED' } }] },
    },
  ],
  act: [{ do: 'tell', event: 'ORDER_PLACED', subjects: ['lamp'] }],
  observeUntil: { fired: { fault: 'worker-killed' } },
  during: [{ when: { always: true }, causes: 'any' }],
});

export const dispatcherDown = defineScenario({
  name: 'dispatcher-down',
  title: 'Nobody dispatches when a shipment is planned.',
  tags: ['process'],
  given: { subjects: { lamp: {} } },
  faults: [{ kind: 'worker-stopped', worker: 'dispatcher' }],
  act: [{ do: 'tell', event: 'ORDER_PLACED', subjects: ['lamp'] }],
  observeUntil: { emitted: { event: 'SHIPMENT_PLANNED' } },
  during: [{ when: { always: true }, causes: [{ id: 'worker-not-running' }] }],
});
