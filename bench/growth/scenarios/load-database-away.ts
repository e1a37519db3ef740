import { defineScenario } from '../../../harness/scenario/define.ts';
import { IN_FLIGHT, guardsMarked, payments, subjectsOf } from '../many.ts';

const names = payments(IN_FLIGHT);

export const scenario = defineScenario({
  name: 'load-database-away',
  title: 'PostgreSQL refuses the purchase-worker while 500 payments wait for it, and comes back.',
  tags: ['load', 'network', 'database'],
  given: { subjects: subjectsOf(names) },
  faults: [...guardsMarked(names), { kind: 'upstream-away', workers: ['purchase-worker'], upstream: 'postgres' }],
  act: [{ do: 'pay', subjects: names }],
  observeUntil: {
    any: [
      { connected: { worker: 'purchase-worker', upstream: 'postgres', refused: true, atLeast: 2 } },
      { exited: { worker: 'purchase-worker' } },
    ],
  },
  observeDeadlineMs: 300_000,
});
