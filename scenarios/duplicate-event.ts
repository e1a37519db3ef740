import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'duplicate-event',
  title: 'The same PURCHASE_CREATED comes again, and a recovery one, after the trainer was allocated.',
  tags: ['event'],
  given: { subjects: { ada: {} } },
  faults: [],
  act: [
    { do: 'pay', subjects: ['ada'] },
    {
      do: 'wait',
      until: {
        all: [
          { row: { table: 'trainer_allocations' } },
          { passed: { worker: 'purchase-worker' } },
          { passed: { worker: 'allocation-worker' } },
        ],
      },
    },
    { do: 'emit-purchase-created', subject: 'ada', eventId: 'again' },
    { do: 'emit-purchase-created', subject: 'ada', eventId: 'recovery' },
  ],
  observeUntil: { emitted: { event: 'PURCHASE_CREATED', atLeast: 3 } },
  during: [{ when: { always: true }, causes: [] }],
});
