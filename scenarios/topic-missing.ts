import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'topic-missing',
  title: 'The topic purchase-created does not exist; it is created and its consumers are restarted at its beginning.',
  tags: ['incident', 'topic'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'topic-missing', topic: 'purchase-created', heal: 'restart-consumers' }],
  // The payment comes once the consumer, however long it takes to start, has met the missing topic.
  act: [
    { do: 'wait', until: { met: { worker: 'allocation-worker', topic: 'purchase-created' } } },
    { do: 'pay', subjects: ['ada'] },
  ],
  // The purchase is there, or its worker gave up on the missing topic: nothing more can happen.
  observeUntil: {
    any: [
      { row: { table: 'student_course_purchases' } },
      { deadLettered: {} },
      { exited: { worker: 'purchase-worker' } },
    ],
  },
  during: [
    {
      when: { always: true },
      causes: [{ id: 'topic-missing' }, { id: 'worker-not-running', consequenceOf: 'topic-missing', optional: true }],
    },
  ],
});
