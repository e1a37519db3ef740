import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'purchase-worker-terminated-mid-event',
  title: 'The purchase-worker is asked to stop (SIGTERM) while it waits to write the purchase.',
  tags: ['process', 'deployment', 'database'],
  given: { subjects: { ada: {} } },
  faults: [
    {
      kind: 'writes-held',
      worker: 'purchase-worker',
      table: 'student_course_purchases',
      // A worker that leaves has left; one that finishes what it has in hand is let go on.
      until: {
        any: [
          { exited: { worker: 'purchase-worker', by: 'anyone' } },
          { lasted: { what: { signalled: { worker: 'purchase-worker', signal: 'SIGTERM' } }, ms: 2_000 } },
        ],
      },
    },
    { kind: 'worker-terminated', worker: 'purchase-worker', when: { fired: { fault: 'writes-held' } } },
  ],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { fired: { fault: 'worker-terminated' } },
});
