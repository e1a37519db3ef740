import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'broker-away',
  title: 'Kafka refuses both workers until two connection attempts of each were seen, or one has died of it.',
  tags: ['network', 'broker'],
  given: { subjects: { ada: {} } },
  faults: [{ kind: 'upstream-away', workers: ['purchase-worker', 'allocation-worker'], upstream: 'kafka' }],
  act: [{ do: 'pay', subjects: ['ada'] }],
  observeUntil: {
    all: [
      {
        any: [
          { connected: { worker: 'purchase-worker', upstream: 'kafka', refused: true, atLeast: 2 } },
          { exited: { worker: 'purchase-worker' } },
        ],
      },
      {
        any: [
          { connected: { worker: 'allocation-worker', upstream: 'kafka', refused: true, atLeast: 2 } },
          { exited: { worker: 'allocation-worker' } },
        ],
      },
    ],
  },
});
