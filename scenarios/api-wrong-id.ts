import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'api-wrong-id',
  title: 'admin-service writes the row once and answers with another id.',
  tags: ['api'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'api-behaviour', behaviour: 'wrong-id', subject: 'ada', times: 1 }],
  act: [{ do: 'pay', subjects: ['ada'] }],
});
