import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'healthy',
  title: 'Five payments at once, no fault: every student gets a purchase and a trainer.',
  tags: ['smoke'],
  given: { subjects: { ada: {}, ben: {}, cem: {}, dia: { booking: false }, eve: {} } },
  faults: [],
  act: [{ do: 'pay', subjects: ['ada', 'ben', 'cem', 'dia', 'eve'] }],
  during: [{ when: { always: true }, causes: [] }],
});
