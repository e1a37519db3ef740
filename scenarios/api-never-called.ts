import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'api-never-called',
  title: 'Connections to admin-service reach its port, no byte of a request does.',
  tags: ['incident', 'api', 'network'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'bytes-withheld', worker: 'allocation-worker', upstream: 'admin-service' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  // A health check that was made before proves nothing.
  observeUntil: {
    all: [
      { emitted: { event: 'PURCHASE_CREATED' } },
      {
        any: [
          { connected: { worker: 'allocation-worker', upstream: 'admin-service', since: 'PURCHASE_CREATED' } },
          { decided: { worker: 'allocation-worker' } },
        ],
      },
    ],
  },
  during: [{ when: { always: true }, causes: [{ id: 'api-not-called' }] }],
});
