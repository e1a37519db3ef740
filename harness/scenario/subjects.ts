/** From a scenario's subjects to purchases with ids, names and dates, all from the seed. */
import { createHash } from 'node:crypto';
// One locale loads in 25 ms, all of them in 150.
import { faker } from '@faker-js/faker/locale/en';
import type { ActSubject, Booking } from '../pipeline/acts.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { drawnAs } from './drawn-id.ts';
import type { Scenario, SubjectSpec } from './types.ts';

/** A subject with everything filled in: what a trial publishes, writes and judges by. */
export interface ResolvedSubject extends ActSubject {
  /** Its name in the scenario. */
  readonly name: string;
  /** The payment's id again, under the name the events use. */
  readonly correlationId: string;
  readonly studentName: string;
  readonly mayDeadLetter: boolean;
}

const TIERS = [10, 20, 30] as const;
const TIME_SLOTS = ['7:00 AM', '10:00 AM', '4:00 PM', '6:00 PM', '8:00 PM'];
const MODES = ['everyday', 'weekdays', 'weekends'];

/** Start dates lie in this year: in the future of every run, and the same for one seed on every day. */
const BOOKINGS = { from: '2030-01-01T00:00:00Z', to: '2030-12-31T00:00:00Z' };

/** 256 bits, so that neither two seeds nor two names share their ids. */
const seedOf = (...parts: readonly (string | number)[]): number[] => {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  return Array.from({ length: 8 }, (_, i) => hash.readUInt32BE(i * 4));
};

const bookingOf = (): Booking => {
  const timeSlot = faker.helpers.arrayElement(TIME_SLOTS);
  const startDate = faker.date.between(BOOKINGS).toISOString().slice(0, 10);
  return { timeSlot, startDate, schedule: { timeSlot, startDate, mode: faker.helpers.arrayElement(MODES) } };
};

/** Ids are texts, also those that the scenario gives as numbers. */
const asTexts = ({ paymentId, studentId, courseId }: NonNullable<SubjectSpec['ids']>) => ({
  paymentId: String(paymentId),
  studentId: String(studentId),
  courseId: String(courseId),
});

const resolveSubject = (
  name: string,
  spec: SubjectSpec,
  other: ResolvedSubject | undefined,
  { subject, pair: [student, course], pairCalled }: Pipeline,
): ResolvedSubject => {
  // Everything is drawn, used or not: what a scenario fixes must not move the rest.
  const drawn = {
    paymentId: drawnAs(subject.drawn, subject.called, faker.string.uuid()),
    studentId: drawnAs(student.drawn, pairCalled[0], faker.string.uuid()),
    courseId: drawnAs(course.drawn, pairCalled[1], faker.string.uuid()),
    purchaseId: faker.string.uuid(),
    confirmedEventId: faker.string.uuid(),
    studentName: faker.person.fullName(),
    purchaseTier: faker.helpers.arrayElement(TIERS),
    amountCents: faker.number.int({ min: 100, max: 9_999 }) * 100,
    booking: bookingOf(),
  };
  const shared =
    other === undefined ? {} : { studentId: other.studentId, courseId: other.courseId, studentName: other.studentName };
  const ids = { ...drawn, ...(spec.ids === undefined ? {} : asTexts(spec.ids)), ...shared };
  return {
    ...ids,
    name,
    correlationId: ids.paymentId,
    purchaseTier: spec.purchaseTier ?? drawn.purchaseTier,
    booking: spec.booking === false ? undefined : drawn.booking,
    ...(spec.metadata === undefined ? {} : { metadata: spec.metadata }),
    mayDeadLetter: spec.mayDeadLetter ?? false,
  };
};

/**
 * The scenario's subjects for a seed, in the scenario's order. The same seed and scenario name give the same subjects;
 * another seed gives other ids. Ids that the scenario fixes are kept.
 */
export const resolveSubjects = (
  scenario: Pick<Scenario, 'name' | 'given'>,
  seed: number,
  pipeline: Pipeline,
): ResolvedSubject[] => {
  const resolved = new Map<string, ResolvedSubject>();
  for (const [name, spec] of Object.entries(scenario.given.subjects)) {
    faker.seed(seedOf(seed, scenario.name, name));
    const other = spec.sameStudentAs === undefined ? undefined : resolved.get(spec.sameStudentAs);
    resolved.set(name, resolveSubject(name, spec, other, pipeline));
  }
  return [...resolved.values()];
};
