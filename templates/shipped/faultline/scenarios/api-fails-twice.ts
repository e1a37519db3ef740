// Conditions, faults and acts there are: node_modules/faultline/docs/vocabulary.md
import { defineScenario } from 'faultline';

export const apiFailsTwice = defineScenario({
  name: 'api-fails-twice',
  title: 'The API fails twice for one student and never for another; both get a trainer.',
  tags: ['ours'],
  given: { subjects: { ada: {}, ben: {} } },
  // What is broken, and for whom. Faults are healed before the trial ends, and everything must then come right by itself.
  faults: [{ kind: 'api-behaviour', behaviour: 'fails', subject: 'ben', times: 2 }],
  act: [{ do: 'pay', subjects: ['ada', 'ben'] }],
  // While it is broken: when to look, and which cause has to be named then, and no other.
  observeUntil: { answered: { subject: 'ben', status: 500 } },
  observeAt: 'condition',
  during: [{ when: { answered: { subject: 'ben', status: 500 } }, causes: [{ id: 'api-failing' }] }],
  // Once it is healed: what this scenario asks for, besides the invariants, which always hold.
  after: [{ must: { row: { table: 'trainer_allocations' } }, message: 'both students have a trainer' }],
});
