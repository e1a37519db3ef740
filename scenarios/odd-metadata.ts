import { defineScenario } from '../harness/scenario/define.ts';

/** As much as a team was seen to send; Kafka takes 1 MB by default. */
const LONG = 'Please call before noon. '.repeat(13_000);

export const scenario = defineScenario({
  name: 'odd-metadata',
  title: 'Metadata that no row takes, U+0000 and half a surrogate pair, then 300 kB of it, and a plain payment behind.',
  tags: ['event', 'dead-letter'],
  given: {
    subjects: {
      nul: { mayDeadLetter: true, metadata: { notes: 'left\u0000right' } },
      half: { mayDeadLetter: true, metadata: { notes: 'cut off: \ud83d' } },
      long: { metadata: { notes: LONG } },
      ada: {},
    },
  },
  faults: [],
  act: [
    { do: 'pay', subjects: ['nul'], partition: 0 },
    { do: 'pay', subjects: ['half'], partition: 0 },
    { do: 'pay', subjects: ['long'], partition: 0 },
    { do: 'pay', subjects: ['ada'], partition: 0 },
  ],
  observeUntil: { decided: { worker: 'purchase-worker', subject: 'nul' } },
});
