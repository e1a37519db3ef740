import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'api-late-commit',
  title: 'admin-service answers 201 once before its row is committed.',
  tags: ['api'],
  given: { subjects: { ada: {} } },
  // Late enough that a worker which does not look for the row has surely gone on without it.
  faults: [{ kind: 'api-behaviour', behaviour: 'late-commit', subject: 'ada', times: 1, delayMs: 1_500 }],
  act: [{ do: 'pay', subjects: ['ada'] }],
});
