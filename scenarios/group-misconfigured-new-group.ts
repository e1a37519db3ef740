import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'group-misconfigured-new-group',
  title: 'The allocation-worker comes back under a new consumer group after the event was published.',
  tags: ['incident', 'configuration'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'worker-misconfigured', worker: 'allocation-worker', setting: 'new-group', start: 'after-act' }],
  act: [
    { do: 'pay', subjects: ['ada'] },
    { do: 'wait', until: { emitted: { event: 'PURCHASE_CREATED' } } },
  ],
  observeUntil: { emitted: { event: 'PURCHASE_CREATED' } },
  // A worker that reads from the beginning takes the event under any group.
  during: [
    {
      when: {
        any: [
          { connected: { worker: 'allocation-worker', upstream: 'admin-service' } },
          { taken: { worker: 'allocation-worker' } },
          { exited: { worker: 'allocation-worker' } },
        ],
      },
      causes: 'any',
    },
    { when: { always: true }, causes: [{ id: 'event-not-consumed' }] },
  ],
});
