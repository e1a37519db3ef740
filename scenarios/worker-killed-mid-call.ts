import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'worker-killed-mid-call',
  title: 'The allocation-worker is killed while its call to admin-service is open.',
  tags: ['process', 'api'],
  given: { subjects: { ada: {} } },
  faults: [
    // Open until the worker is gone; the server finishes its work all the same.
    {
      kind: 'api-behaviour',
      behaviour: 'slow',
      subject: 'ada',
      times: 1,
      until: { exited: { worker: 'allocation-worker', by: 'anyone' } },
    },
    { kind: 'worker-killed', worker: 'allocation-worker', when: { callOpen: {} } },
  ],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { all: [{ fired: { fault: 'worker-killed' } }, { row: { table: 'trainer_allocations' } }] },
});
