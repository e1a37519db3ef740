import { defineScenario } from 'faultline';

export const scenario = defineScenario({
  name: 'one-call-fails',
  title: 'The API fails twice for one student and never for another; both get a trainer.',
  tags: ['ours', 'api'],
  given: { subjects: { ada: {}, ben: {} } },
  faults: [{ kind: 'api-behaviour', behaviour: 'fails', subject: 'ben', times: 2 }],
  act: [{ do: 'pay', subjects: ['ada', 'ben'] }],
  // Causes are looked for while ben's calls fail.
  observeUntil: { answered: { subject: 'ben', atLeast: 1 } },
  observeAt: 'condition',
  during: [{ when: { answered: { subject: 'ben', status: 500 } }, causes: [{ id: 'api-failing' }] }],
  after: [
    { must: { row: { table: 'trainer_allocations' } }, message: 'both students have a trainer' },
    { must: { requested: { subject: 'ben', atLeast: 3 } }, message: 'ben was asked for until it succeeded' },
  ],
});
