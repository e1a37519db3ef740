import { scenariosOf } from '../../../harness/scenario/define.ts';
import { purchaseToSessions } from '../pipeline.ts';

/** Started again it tops up what it finds, outside any event, and the event finds all of it there: nothing is owed. */
export const sessionWorkerDown = scenariosOf(purchaseToSessions).defineScenario({
  name: 'session-worker-down',
  title:
    'The session-worker is not running when the trainer is told of; at its start it makes the sessions without being asked.',
  tags: ['process'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'worker-stopped', worker: 'session-worker' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { emitted: { event: 'TRAINER_ALLOCATED' } },
  during: [{ when: { always: true }, causes: [{ id: 'worker-not-running' }] }],
  after: [{ must: { row: { table: 'tutoring_sessions' } }, message: 'ada has sessions' }],
});
