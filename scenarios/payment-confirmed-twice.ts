import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'payment-confirmed-twice',
  title: 'Payments are confirmed twice: one at once under the same eventId, one under another after all is done.',
  tags: ['event'],
  given: { subjects: { ada: {}, ben: {} } },
  faults: [],
  act: [
    { do: 'pay', subjects: ['ada', 'ben'] },
    { do: 'pay', subjects: ['ada'], eventId: 'again' },
    {
      do: 'wait',
      until: {
        all: [
          { row: { table: 'trainer_allocations', subject: 'ben' } },
          { passed: { worker: 'purchase-worker', subject: 'ben' } },
          { passed: { worker: 'allocation-worker', subject: 'ben' } },
        ],
      },
    },
    { do: 'pay', subjects: ['ben'], eventId: 'fresh' },
  ],
  during: [{ when: { always: true }, causes: [] }],
});
