import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'api-hangs',
  title: 'admin-service takes one call and never answers it; whoever calls again is served.',
  tags: ['api', 'network'],
  given: { subjects: { ada: {} } },
  // Nobody but the caller ends it: a client without a time-out waits for ever, and its partition with it.
  faults: [{ kind: 'api-behaviour', behaviour: 'hangs', subject: 'ada', times: 1 }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { requested: {} },
});
