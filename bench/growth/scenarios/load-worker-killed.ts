import { defineScenario } from '../../../harness/scenario/define.ts';
import { IN_FLIGHT, guardsMarked, payments, subjectsOf } from '../many.ts';

const names = payments(IN_FLIGHT);

export const scenario = defineScenario({
  name: 'load-worker-killed',
  title: 'The allocation-worker is killed with 500 payments in flight, half of them through.',
  tags: ['load', 'process'],
  given: { subjects: subjectsOf(names) },
  faults: [
    ...guardsMarked(names),
    { kind: 'worker-killed', worker: 'allocation-worker', when: { requested: { subject: 'p250' } } },
  ],
  act: [{ do: 'pay', subjects: names }],
  observeUntil: { fired: { fault: 'worker-killed' } },
  observeDeadlineMs: 300_000,
});
