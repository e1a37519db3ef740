import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'worker-terminated-mid-call',
  title: 'The allocation-worker is asked to stop (SIGTERM) while its call to admin-service is open.',
  tags: ['process', 'deployment', 'api'],
  given: { subjects: { ada: {} } },
  faults: [
    {
      kind: 'api-behaviour',
      behaviour: 'hangs',
      subject: 'ada',
      times: 1,
      // A worker that leaves has left; one that finishes what it has in hand is let go on, and may try again.
      until: {
        any: [
          { exited: { worker: 'allocation-worker', by: 'anyone' } },
          { lasted: { what: { signalled: { worker: 'allocation-worker', signal: 'SIGTERM' } }, ms: 2_000 } },
        ],
      },
    },
    { kind: 'worker-terminated', worker: 'allocation-worker', when: { callOpen: {} } },
  ],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { fired: { fault: 'worker-terminated' } },
});
