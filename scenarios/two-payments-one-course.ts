import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'two-payments-one-course',
  title: 'A student pays twice for one course, at once and again later: one purchase, one trainer, and nothing lost.',
  tags: ['event'],
  given: { subjects: { ada: {}, again: { sameStudentAs: 'ada' }, later: { sameStudentAs: 'ada' } } },
  faults: [],
  act: [
    { do: 'pay', subjects: ['ada', 'again'] },
    {
      do: 'wait',
      until: {
        all: [
          { row: { table: 'trainer_allocations', subject: 'ada' } },
          { passed: { worker: 'purchase-worker', subject: 'ada' } },
          { passed: { worker: 'purchase-worker', subject: 'again' } },
        ],
      },
    },
    { do: 'pay', subjects: ['later'] },
  ],
  during: [{ when: { always: true }, causes: [] }],
});
