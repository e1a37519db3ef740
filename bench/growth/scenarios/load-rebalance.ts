import { defineScenario } from '../../../harness/scenario/define.ts';
import { IN_FLIGHT, guardsMarked, payments, subjectsOf } from '../many.ts';

const names = payments(IN_FLIGHT);

export const scenario = defineScenario({
  name: 'load-rebalance',
  title: 'The allocation-worker is deployed anew with 500 payments in flight: its group is rebalanced twice.',
  tags: ['load', 'process', 'deployment'],
  given: { subjects: subjectsOf(names) },
  faults: [
    ...guardsMarked(names),
    { kind: 'worker-restarted', worker: 'allocation-worker', when: { requested: { subject: 'p100' } } },
  ],
  act: [{ do: 'pay', subjects: names }],
  observeUntil: {
    all: [{ fired: { fault: 'worker-restarted' } }, { decided: { worker: 'allocation-worker' } }],
  },
  observeDeadlineMs: 300_000,
});
