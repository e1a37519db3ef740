import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'purchase-worker-killed-mid-event',
  title: 'The purchase-worker is killed while it waits to mark its event in processed_events.',
  tags: ['process', 'database'],
  given: { subjects: { ada: {} } },
  faults: [
    {
      kind: 'writes-held',
      worker: 'purchase-worker',
      table: 'processed_events',
      until: { exited: { worker: 'purchase-worker', by: 'anyone' } },
    },
    { kind: 'worker-killed', worker: 'purchase-worker', when: { fired: { fault: 'writes-held' } } },
  ],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { fired: { fault: 'worker-killed' } },
});
