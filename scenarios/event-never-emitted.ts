import { defineScenario } from '../harness/scenario/define.ts';

export const scenario = defineScenario({
  name: 'event-never-emitted',
  title: 'payment-service wrote the purchase row itself and emitted nothing, as in the incident.',
  tags: ['incident', 'event'],
  given: {
    subjects: {
      ada: {
        ids: {
          paymentId: '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91',
          studentId: '809556c1-e184-4b85-8fd6-a5f1c8014bf6',
          courseId: 'ebefde63-8a3a-4d45-a594-c04275a03092',
        },
      },
    },
  },
  faults: [],
  act: [{ do: 'write-purchase', subject: 'ada' }],
  observeUntil: { row: { table: 'student_course_purchases' } },
  during: [{ when: { always: true }, causes: [{ id: 'event-not-emitted' }] }],
  heal: [{ do: 'emit-purchase-created', subject: 'ada' }],
});
