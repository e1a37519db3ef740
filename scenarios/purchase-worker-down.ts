import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'purchase-worker-down',
  title: 'The purchase-worker is not running when the payment comes.',
  tags: ['process'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'worker-stopped', worker: 'purchase-worker' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { emitted: { event: 'PURCHASE_CONFIRMED' } },
  during: [{ when: { always: true }, causes: [{ id: 'worker-not-running' }] }],
});
