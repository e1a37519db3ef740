import { scenariosOf } from '../../../harness/scenario/define.ts';
import { purchaseToSessions } from '../pipeline.ts';

const { defineScenario } = scenariosOf(purchaseToSessions);

/** Seven rows are one effect, and its announcement is owed, however many deliveries it took. */
export const afterTheFirstSession = defineScenario({
  name: 'session-worker-killed-mid-event',
  title: 'The session-worker is killed as soon as a session is committed.',
  tags: ['process'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'worker-killed', worker: 'session-worker', when: { row: { table: 'tutoring_sessions' } } }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { fired: { fault: 'worker-killed' } },
});

/** It may tell of them once more, under another eventId: that is the same told twice. */
export const afterTheAnnouncement = defineScenario({
  name: 'session-worker-killed-after-announcing',
  title: 'The session-worker is killed as soon as it has announced the sessions.',
  tags: ['process'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'worker-killed', worker: 'session-worker', when: { emitted: { event: 'SESSIONS_GENERATED' } } }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { fired: { fault: 'worker-killed' } },
  during: [{ when: { always: true }, causes: 'any' }],
});
