import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'purchase-worker-restarted-between',
  title: 'The purchase-worker is deployed anew between two payments, the second of which comes before it is back.',
  tags: ['process', 'deployment'],
  given: { subjects: { ada: {}, ben: {} } },
  faults: [
    {
      kind: 'worker-restarted',
      worker: 'purchase-worker',
      when: { passed: { subject: 'ada', worker: 'purchase-worker' } },
    },
  ],
  act: [
    { do: 'pay', subjects: ['ada'] },
    { do: 'wait', until: { fired: { fault: 'worker-restarted' } } },
    { do: 'pay', subjects: ['ben'] },
  ],
  observeUntil: { decided: { worker: 'purchase-worker' } },
});
