import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'api-late-commit',
  title: 'admin-service answers 201 once before its row is committed.',
  tags: ['api'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'api-behaviour', behaviour: 'late-commit', subject: 'ada', times: 1 }],
  act: [{ do: 'pay', subjects: ['ada'] }],
});
