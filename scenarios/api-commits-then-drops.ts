import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'api-commits-then-drops',
  title: 'admin-service commits the row once and then the connection breaks.',
  tags: ['api'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'api-behaviour', behaviour: 'commits-then-drops', subject: 'ada', times: 1 }],
  act: [{ do: 'pay', subjects: ['ada'] }],
});
