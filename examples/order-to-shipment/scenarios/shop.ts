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

export const databaseAway = defineScenario({
  name: 'database-away',
  title: 'PostgreSQL refuses the dispatcher until it has been tried twice, or the event has been passed over.',
  tags: ['network', 'database'],
  given: { subjects: { lamp: {} } },
  faults: [{ kind: 'upstream-away', workers: ['dispatcher'], upstream: 'postgres' }],
  act: [{ do: 'tell', event: 'ORDER_PLACED', subjects: ['lamp'] }],
  observeUntil: {
    any: [
      { connected: { worker: 'dispatcher', upstream: 'postgres', refused: true, atLeast: 2 } },
      { passed: { worker: 'dispatcher' } },
      { exited: { worker: 'dispatcher' } },
    ],
  },
  during: [{ when: { always: true }, causes: 'any' }],
});

export const unreadableOrder = defineScenario({
  name: 'unreadable-order',
  title: 'What is no order comes first, and a good one behind it in the same partition.',
  tags: ['dead-letter'],
  given: { subjects: { torn: { mayDeadLetter: true }, lamp: {} } },
  faults: [],
  act: [
    { do: 'publish-raw', topic: 'orders', subject: 'torn', value: '{"type":"ORDER_PLACED"', partition: 0 },
    { do: 'tell', event: 'ORDER_PLACED', subjects: ['lamp'], partition: 0 },
  ],
  observeUntil: { decided: { worker: 'planner', subject: 'lamp' } },
  during: [{ when: { always: true }, causes: 'any' }],
});

export const carrierRefuses = defineScenario({
  name: 'carrier-refuses',
  title: 'The carrier answers 503 twice, and then takes the parcel.',
  tags: ['api'],
  given: { subjects: { lamp: {} } },
  faults: [{ kind: 'api-behaviour', service: 'carrier', behaviour: 'fails', subject: 'lamp', status: 503, times: 2 }],
  act: [{ do: 'tell', event: 'ORDER_PLACED', subjects: ['lamp'] }],
  observeUntil: { answered: { status: 503 } },
  // It recovers by itself, maybe before anything else is read: the refusal alone proves the cause.
  observeAt: 'condition',
  during: [{ when: { always: true }, causes: [{ id: 'api-failing' }] }],
});
