import { scenariosOf } from '../../../harness/scenario/define.ts';
import { purchaseToSessions } from '../pipeline.ts';

/** Whoever only logs that an announcement failed never makes it. */
export const sessionsTopicMissing = scenariosOf(purchaseToSessions).defineScenario({
  name: 'sessions-topic-missing',
  title: 'The topic sessions-generated is missing when the sessions are to be announced, and comes back.',
  tags: ['topic'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'topic-missing', topic: 'sessions-generated', heal: 'create-only' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  // It has given the announcement up, or keeps on trying: for longer than giving up takes on a loaded machine.
  observeUntil: {
    any: [
      { passed: { worker: 'session-worker' } },
      { lasted: { what: { met: { worker: 'session-worker', topic: 'sessions-generated' } }, ms: 10_000 } },
    ],
  },
  during: [{ when: { always: true }, causes: [] }],
});
