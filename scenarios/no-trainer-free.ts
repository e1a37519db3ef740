import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'no-trainer-free',
  title: 'No trainer is free: admin-service answers 202 and a pending row waits for a person.',
  tags: ['api'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'api-behaviour', behaviour: 'no-trainer', subject: 'ada' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  // Nobody is told of a pending row before a person decides: the payment goes no further.
  observeUntil: { decided: { worker: 'allocation-worker' } },
  during: [{ when: { always: true }, causes: [] }],
  after: [
    {
      must: { not: { emitted: { event: 'TRAINER_ALLOCATED' } } },
      message: 'nothing may be announced while the allocation is pending',
    },
  ],
});
