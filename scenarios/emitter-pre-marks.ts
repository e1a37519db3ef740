import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'emitter-pre-marks',
  title: 'payment-service marks PURCHASE_CONFIRMED before it publishes the event, as it does in production.',
  tags: ['incident', 'guard'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'guard-marked', event: 'PURCHASE_CONFIRMED', subject: 'ada', writer: 'payment-service' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  // Skipped for good, or taken so far that the next worker has decided too.
  observeUntil: {
    any: [{ skipped: { worker: 'purchase-worker' } }, { decided: { worker: 'allocation-worker' } }],
  },
  during: [
    {
      when: { skipped: { worker: 'purchase-worker' } },
      causes: [{ id: 'guard-marked-without-allocation', writer: 'payment-service' }],
    },
    { when: { always: true }, causes: [] },
  ],
});
