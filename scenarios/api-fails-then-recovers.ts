import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'api-fails-then-recovers',
  title: 'admin-service answers 500 three times, then works again by itself.',
  tags: ['api'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'api-behaviour', behaviour: 'fails', subject: 'ada', status: 500, times: 3 }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { answered: { status: 500 } },
  // It recovers by itself, maybe before a barrier has passed: the error answer alone proves the cause.
  observeAt: 'condition',
  during: [{ when: { always: true }, causes: [{ id: 'api-failing' }] }],
});
