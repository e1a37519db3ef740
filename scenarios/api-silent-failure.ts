import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'api-silent-failure',
  title: 'admin-service answers 201 with an id and writes no row, until it tells the truth again.',
  tags: ['incident', 'api'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'api-behaviour', behaviour: 'silent-success', subject: 'ada' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { all: [{ answered: {} }, { decided: { worker: 'allocation-worker' } }] },
  during: [
    {
      when: { marked: { event: 'PURCHASE_CREATED', by: 'worker' } },
      causes: [{ id: 'guard-marked-without-allocation' }, { id: 'api-failing' }],
    },
    { when: { always: true }, causes: [{ id: 'api-failing' }] },
  ],
});
