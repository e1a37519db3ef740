import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'worker-hung',
  title: 'The allocation-worker is stopped by SIGSTOP for a while.',
  tags: ['process'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'worker-paused', worker: 'allocation-worker' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: { emitted: { event: 'PURCHASE_CREATED' } },
  // Well under the group's session timeout of 30 s: a longer hang is an eviction, another scenario.
  observeDeadlineMs: 20_000,
  during: [{ when: { always: true }, causes: [{ id: 'event-not-consumed' }] }],
});
