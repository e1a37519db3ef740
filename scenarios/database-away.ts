import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'database-away',
  title: 'PostgreSQL refuses the purchase-worker until two connection attempts were seen, or it has died of it.',
  tags: ['network', 'database'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'upstream-away', workers: ['purchase-worker'], upstream: 'postgres' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: {
    any: [
      { connected: { worker: 'purchase-worker', upstream: 'postgres', refused: true, atLeast: 2 } },
      { exited: { worker: 'purchase-worker' } },
    ],
  },
});
