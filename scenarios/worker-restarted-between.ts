import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'worker-restarted-between',
  title: 'The allocation-worker is deployed anew between two events, the second of which comes before it is back.',
  tags: ['process', 'deployment'],
  given: { subjects: { ada: {}, ben: {} } },
  faults: [
    {
      kind: 'worker-restarted',
      worker: 'allocation-worker',
      when: { passed: { subject: 'ada', worker: 'allocation-worker' } },
    },
  ],
  act: [
    { do: 'pay', subjects: ['ada'] },
    { do: 'wait', until: { fired: { fault: 'worker-restarted' } } },
    { do: 'pay', subjects: ['ben'] },
  ],
  observeUntil: { decided: { worker: 'allocation-worker' } },
});
