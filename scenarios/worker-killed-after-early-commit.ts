import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'worker-killed-after-early-commit',
  title: 'The allocation-worker is killed while its call is open, once it has had the time to commit its offset early.',
  tags: ['process', 'api'],
  given: { subjects: { ada: {} } },
  faults: [
    // Every one, whatever time the worker allows a call: until the kill none is answered, and nothing is done.
    { kind: 'api-behaviour', behaviour: 'hangs', subject: 'ada' },
    {
      kind: 'worker-killed',
      worker: 'allocation-worker',
      when: {
        any: [
          { all: [{ callOpen: {} }, { passed: { worker: 'allocation-worker' } }] },
          // Clients that commit what they have fetched do so every 5 s, if nobody tells them otherwise.
          { lasted: { what: { requested: {} }, ms: 6_000 } },
        ],
      },
    },
  ],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { fired: { fault: 'worker-killed' } },
});
