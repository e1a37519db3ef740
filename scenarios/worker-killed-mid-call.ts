import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'worker-killed-mid-call',
  title: 'The allocation-worker is killed while its call to admin-service is open.',
  tags: ['process', 'api'],
  given: { subjects: { ada: {} } },
  faults: [
    // Slow, so that the call is surely still open when the kill arrives; the server finishes its work all the same.
    { kind: 'api-behaviour', behaviour: 'slow', subject: 'ada', times: 1, delayMs: 1_000 },
    { kind: 'worker-killed', worker: 'allocation-worker', when: { callOpen: {} } },
  ],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { requested: {} },
});
