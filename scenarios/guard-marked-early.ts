import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'guard-marked-early',
  title: 'Somebody else marked PURCHASE_CREATED in processed_events before the worker sees the event.',
  tags: ['incident', 'guard'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'guard-marked', event: 'PURCHASE_CREATED', subject: 'ada', writer: 'payment-service' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { decided: { worker: 'allocation-worker' } },
  during: [
    {
      when: { skipped: { worker: 'allocation-worker' } },
      causes: [{ id: 'guard-marked-without-allocation', writer: 'payment-service' }],
    },
    { when: { always: true }, causes: [] },
  ],
});
