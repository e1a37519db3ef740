import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'poison-event',
  title: 'An event that can never succeed, and a good one behind it on the same partition.',
  tags: ['event', 'dead-letter'],
  given: { subjects: { poison: { mayDeadLetter: true }, ada: {} } },
  faults: [],
  act: [
    { do: 'write-purchase', subject: 'ada' },
    {
      do: 'publish-raw',
      topic: 'purchase-created',
      subject: 'poison',
      value: '{"type":"PURCHASE_CREATED","role":"student","metadata":{}}',
      partition: 0,
    },
    { do: 'emit-purchase-created', subject: 'ada', partition: 0 },
  ],
  observeUntil: { decided: { worker: 'allocation-worker', subject: 'poison' } },
});
