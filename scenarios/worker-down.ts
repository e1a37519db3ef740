import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'worker-down',
  title: 'The allocation-worker is not running when the payment comes.',
  tags: ['incident', 'process'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'worker-stopped', worker: 'allocation-worker' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { emitted: { event: 'PURCHASE_CREATED' } },
  during: [{ when: { always: true }, causes: [{ id: 'worker-not-running' }] }],
});
