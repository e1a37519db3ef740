import { expect, test } from 'vitest';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { resolveSubjects as resolvedFor } from './subjects.ts';
import type { Scenario } from './types.ts';

const resolveSubjects = (one: Pick<Scenario, 'name' | 'given'>, seed: number) =>
  resolvedFor(one, seed, pipelineOf(shippedPipeline));
import type { SubjectSpec } from './types.ts';

const scenario = (subjects: Record<string, SubjectSpec>, name = 'healthy') => ({ name, given: { subjects } });
const ids = {
  paymentId: '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91',
  studentId: '809556c1-e184-4b85-8fd6-a5f1c8014bf6',
  courseId: 'ebefde63-8a3a-4d45-a594-c04275a03092',
};

test('the same seed and scenario give the same subjects', () => {
  const both = scenario({ ada: {}, ben: {} });
  expect(resolveSubjects(both, 7)).toEqual(resolveSubjects(both, 7));
});

test('another seed, scenario or subject gives other ids', () => {
  const spec = scenario({ ada: {}, ben: {} });
  const all = [
    resolveSubjects(spec, 7),
    resolveSubjects(spec, 8),
    resolveSubjects(scenario({ ada: {}, ben: {} }, 'other'), 7),
  ].flat();
  const every = all.flatMap((s) => [s.paymentId, s.studentId, s.courseId, s.purchaseId, s.confirmedEventId]);
  expect(new Set(every).size).toBe(every.length);
  for (const id of every) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('neighbouring seeds share no id, however many', () => {
  const seen = new Set(
    Array.from({ length: 300 }, (_, seed) => resolveSubjects(scenario({ ada: {} }), seed)[0]?.paymentId),
  );
  expect(seen.size).toBe(300);
});

test('what a scenario fixes moves nothing else', () => {
  const [free] = resolveSubjects(scenario({ ada: {} }), 7);
  const [fixed] = resolveSubjects(scenario({ ada: { ids, purchaseTier: 20, booking: false, mayDeadLetter: true } }), 7);
  expect(fixed).toMatchObject({ ...ids, correlationId: ids.paymentId, purchaseTier: 20, mayDeadLetter: true });
  expect(fixed?.booking).toBeUndefined();
  expect(fixed?.studentName).toBe(free?.studentName);
  expect(fixed?.amountCents).toBe(free?.amountCents);
  const [, second] = resolveSubjects(scenario({ zoe: {}, ada: {} }), 7);
  expect(second).toEqual(free);
});

test('a booking is of one piece', () => {
  const [subject] = resolveSubjects(scenario({ ada: {} }), 7);
  const { booking } = subject ?? {};
  expect(booking?.startDate).toMatch(/^2030-\d\d-\d\d$/);
  expect(booking?.schedule).toMatchObject({ timeSlot: booking?.timeSlot, startDate: booking?.startDate });
  expect([10, 20, 30]).toContain(subject?.purchaseTier);
  expect(subject?.name).toBe('ada');
  expect(subject?.mayDeadLetter).toBe(false);
});

test('another payment of a student has ids of its own for all but student and course', () => {
  const [ada, again] = resolveSubjects(scenario({ ada: {}, again: { sameStudentAs: 'ada' } }), 7);
  expect(again).toMatchObject({ studentId: ada?.studentId, courseId: ada?.courseId, studentName: ada?.studentName });
  expect(again?.paymentId).not.toBe(ada?.paymentId);
  expect(again?.confirmedEventId).not.toBe(ada?.confirmedEventId);
});

test('ids look as their pipeline says, and move nothing else', () => {
  const [customer, article] = [
    { field: 'customerId', column: 'customer_id', drawn: 'text' },
    { field: 'articleId', column: 'article_id', drawn: 'number' },
  ] as const;
  const subject = { ...orderToShipment.subject, drawn: 'number', pair: [customer, article] } as const;
  const [drawn] = resolvedFor(scenario({ ada: {} }), 7, pipelineOf({ ...orderToShipment, subject }));
  const [usual] = resolveSubjects(scenario({ ada: {} }), 7);
  expect(drawn?.correlationId).toMatch(/^[1-9]\d{8}$/);
  expect(drawn?.paymentId).toBe(drawn?.correlationId);
  expect(drawn?.studentId).toMatch(/^customer-1[0-9a-f]{8}$/);
  expect(drawn?.courseId).toMatch(/^[1-9]\d{8}$/);
  expect({ ...drawn, paymentId: '', correlationId: '', studentId: '', courseId: '' }).toEqual({
    ...usual,
    paymentId: '',
    correlationId: '',
    studentId: '',
    courseId: '',
  });
});
