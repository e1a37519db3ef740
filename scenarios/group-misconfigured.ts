import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'group-misconfigured',
  title: 'The allocation-worker subscribes to a wrong topic.',
  tags: ['incident', 'configuration'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'worker-misconfigured', worker: 'allocation-worker', setting: 'wrong-topic' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { emitted: { event: 'PURCHASE_CREATED' } },
  during: [{ when: { always: true }, causes: [{ id: 'event-not-consumed' }] }],
});
