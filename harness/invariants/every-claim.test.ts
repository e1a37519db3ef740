/** Of every claim its smallest history: violated, by whom and of whom; unknown without each source that it rests on. */
import { expect, test } from 'vitest';
import { BARRIER_SOURCES } from '../history/completeness.ts';
import type { BarrierSource, EventKind } from '../history/events.ts';
import type { History } from '../history/history.ts';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { cutTail } from '../history/testing/cut.ts';
import { healthyHistory } from '../history/testing/flow.ts';
import { idOf } from '../history/testing/values.ts';
import type { InvariantId } from '../history/verdict.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { invariantsOf } from './catalogue.ts';
import { checkInvariant } from './testing.ts';

const INVARIANTS = invariantsOf(pipelineOf(shippedPipeline));

interface Case {
  readonly id: InvariantId;
  readonly shape: string;
  readonly by: 'purchase-worker' | 'allocation-worker';
  readonly restsOn: readonly BarrierSource[];
  /** Of what kinds its evidence is, in order. */
  readonly evidence: readonly EventKind[];
  readonly does: (b: Build) => void;
}

const P = 'purchase-worker';
const A = 'allocation-worker';
const NONE: readonly BarrierSource[] = [];
const ROWS_AND_RECORDS: readonly BarrierSource[] = ['postgres', 'kafka'];

const paid = (b: Build) => b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
const created = (b: Build) => b.emit('PURCHASE_CREATED', 'ada', { by: 'payment-service' });
const ofCourse = (b: Build, table: 'trainer_allocations' | 'student_course_purchases', course: string, row: object) =>
  b.commit([
    {
      table,
      op: 'insert',
      row: { id: idOf('row', course), student_id: b.subject().studentId, course_id: course, ...row },
    },
  ]);
const allocated = () => ({ allocationId: idOf('allocation', 'ada'), trainerId: idOf('trainer', 'ada') });
const bought = (b: Build) => {
  paid(b);
  b.purchase();
};

const [ROW, RECORD, OFFSET, ANSWER] = [
  'postgres.commit',
  'kafka.record',
  'offsets.committed',
  'http.response',
] as const;

const CASES: readonly Case[] = [
  {
    id: 'mark-follows-effect',
    shape: 'mark-before-effect',
    by: A,
    restsOn: NONE,
    evidence: [ROW],
    does: (b) => b.mark('PURCHASE_CREATED'),
  },
  {
    id: 'mark-follows-effect',
    shape: 'mark-before-effect',
    by: P,
    restsOn: NONE,
    evidence: [ROW],
    does: (b) => b.mark('PURCHASE_CONFIRMED'),
  },
  {
    id: 'one-active-allocation',
    shape: 'two-active-rows',
    by: A,
    restsOn: NONE,
    evidence: [ROW, ROW],
    does: (b) => [b.allocation(), b.allocation('ada', { id: idOf('second') })],
  },
  {
    id: 'one-active-allocation',
    shape: 'approved-beside-pending',
    by: A,
    restsOn: ['postgres'],
    evidence: [ROW, ROW],
    does: (b) => [b.allocation(), b.allocation('ada', { id: idOf('second'), status: 'pending' })],
  },
  {
    id: 'one-active-allocation',
    shape: 'two-announced',
    by: A,
    restsOn: ['postgres'],
    evidence: [RECORD, RECORD],
    does: (b) => [
      b.emit('TRAINER_ALLOCATED'),
      b.emit('TRAINER_ALLOCATED', 'ada', { value: { allocationId: idOf('second') } }),
    ],
  },
  {
    id: 'one-active-purchase',
    shape: 'two-active-rows',
    by: P,
    restsOn: NONE,
    evidence: [ROW, ROW],
    does: (b) => [b.purchase(), b.purchase('ada', { id: idOf('second') })],
  },
  {
    id: 'one-active-purchase',
    shape: 'two-announced',
    by: P,
    restsOn: ['postgres'],
    evidence: [RECORD, RECORD],
    does: (b) => [
      b.emit('PURCHASE_CREATED'),
      b.emit('PURCHASE_CREATED', 'ada', { value: { purchaseId: idOf('second') } }),
    ],
  },
  {
    id: 'allocation-has-purchase',
    shape: 'no-active-purchase',
    by: A,
    restsOn: NONE,
    evidence: [ROW],
    does: (b) => b.allocation(),
  },
  {
    id: 'allocation-has-purchase',
    shape: 'never-bought',
    by: A,
    restsOn: NONE,
    evidence: [ROW],
    does: (b) => [b.purchase(), ofCourse(b, 'trainer_allocations', idOf('elsewhere'), { status: 'approved' })],
  },
  {
    id: 'purchase-has-payment',
    shape: 'nobody-paid',
    by: P,
    restsOn: ROWS_AND_RECORDS,
    evidence: [ROW],
    does: (b) => b.purchase(),
  },
  {
    id: 'purchase-has-payment',
    shape: 'nobody-paid',
    by: P,
    restsOn: ROWS_AND_RECORDS,
    evidence: [ROW],
    does: (b) => [paid(b), ofCourse(b, 'student_course_purchases', idOf('elsewhere'), { is_active: true })],
  },
  {
    id: 'ids-agree',
    shape: 'never-committed',
    by: A,
    restsOn: ['postgres', 'kafka', 'admin-service'],
    evidence: [RECORD],
    does: (b) => b.emit('TRAINER_ALLOCATED'),
  },
  {
    id: 'ids-agree',
    shape: 'another-trainer-id',
    by: A,
    restsOn: ['postgres', 'kafka', 'admin-service'],
    evidence: [RECORD, ROW],
    does: (b) => [b.allocation(), b.emit('TRAINER_ALLOCATED', 'ada', { value: { trainerId: idOf('another') } })],
  },
  {
    id: 'ids-agree',
    shape: 'not-what-was-answered',
    by: A,
    restsOn: ['admin-service', 'kafka'],
    evidence: [RECORD, ANSWER],
    does: (b) => [b.respond(b.request(), 'ada', { id: idOf('answered') }), b.allocation(), b.emit('TRAINER_ALLOCATED')],
  },
  {
    id: 'announced-means-committed',
    shape: 'allocation-never-committed',
    by: A,
    restsOn: ['postgres'],
    evidence: [RECORD],
    does: (b) => b.emit('TRAINER_ALLOCATED'),
  },
  {
    id: 'announced-means-committed',
    shape: 'purchase-never-committed',
    by: P,
    restsOn: ['postgres'],
    evidence: [RECORD],
    does: (b) => b.emit('COURSE_ACCESS_GRANTED'),
  },
  {
    id: 'announced-means-committed',
    shape: 'purchase-committed-later',
    by: P,
    restsOn: NONE,
    evidence: [RECORD, ROW],
    does: (b) => {
      const { name, studentId, courseId } = b.subject();
      b.emit('PURCHASE_CREATED');
      const row = { id: idOf('purchase', name), student_id: studentId, course_id: courseId, is_active: true };
      b.commit([{ table: 'student_course_purchases', op: 'insert', row }], null, 10);
    },
  },
  {
    id: 'no-event-lost',
    shape: 'skipped',
    by: P,
    restsOn: ['postgres', 'kafka', 'offsets'],
    evidence: [RECORD, OFFSET],
    does: (b) => b.commitOffset(P, paid(b)),
  },
  {
    id: 'no-event-lost',
    shape: 'skipped',
    by: A,
    restsOn: ['postgres', 'kafka', 'offsets'],
    evidence: [RECORD, OFFSET],
    does: (b) => b.commitOffset(A, created(b)),
  },
  {
    id: 'dead-letter-once',
    shape: 'twice',
    by: A,
    restsOn: ['kafka', 'offsets'],
    evidence: [RECORD, RECORD],
    does: (b) => {
      const event = created(b);
      b.deadLetter(event);
      b.deadLetter(event);
    },
  },
  {
    id: 'dead-letter-once',
    shape: 'before-the-documented-attempts',
    by: A,
    restsOn: ['kafka', 'offsets', 'admin-service'],
    evidence: [RECORD],
    does: (b) => b.deadLetter(created(b), { attempts: 4 }),
  },
  {
    id: 'dead-letter-once',
    shape: 'before-the-documented-attempts',
    by: P,
    restsOn: ['kafka', 'offsets', 'admin-service'],
    evidence: [RECORD],
    does: (b) => b.deadLetter(paid(b), { attempts: 2 }),
  },
  {
    id: 'dead-letter-once',
    shape: 'had-its-effect',
    by: A,
    restsOn: ['kafka', 'offsets', 'admin-service'],
    evidence: [RECORD, ANSWER, RECORD],
    does: (b) => {
      const event = created(b);
      const call = b.request();
      b.allocation();
      b.respond(call);
      b.emit('TRAINER_ALLOCATED');
      b.deadLetter(event);
    },
  },
  {
    id: 'dead-letter-once',
    shape: 'had-its-effect',
    by: P,
    restsOn: ['kafka', 'offsets', 'admin-service'],
    evidence: [RECORD, ROW, RECORD, RECORD],
    does: (b) => {
      const event = paid(b);
      b.purchase();
      b.emit('PURCHASE_CREATED');
      b.emit('COURSE_ACCESS_GRANTED');
      b.deadLetter(event);
    },
  },
  {
    id: 'payment-gets-purchase',
    shape: 'no-purchase',
    by: P,
    restsOn: ROWS_AND_RECORDS,
    evidence: [RECORD],
    does: paid,
  },
  {
    id: 'purchase-gets-event',
    shape: 'never-published',
    by: P,
    restsOn: ROWS_AND_RECORDS,
    evidence: [ROW],
    does: (b) => b.purchase(),
  },
  {
    id: 'purchase-gets-allocation',
    shape: 'no-allocation',
    by: A,
    restsOn: ROWS_AND_RECORDS,
    evidence: [ROW],
    does: (b) => b.purchase(),
  },
  {
    id: 'purchase-is-announced',
    shape: 'no-course-access-granted',
    by: P,
    restsOn: ROWS_AND_RECORDS,
    evidence: [ROW],
    does: bought,
  },
  {
    id: 'purchase-is-announced',
    shape: 'no-purchase-created',
    by: P,
    restsOn: ROWS_AND_RECORDS,
    evidence: [ROW],
    does: (b) => {
      bought(b);
      b.emit('COURSE_ACCESS_GRANTED');
      b.emit('PURCHASE_CREATED', 'ada', { value: { purchaseId: idOf('another') } });
    },
  },
  {
    id: 'allocation-is-announced',
    shape: 'never-announced',
    by: A,
    restsOn: ['postgres', 'kafka', 'admin-service'],
    evidence: [ROW],
    does: (b) => b.allocation(),
  },
  {
    id: 'event-gets-marked',
    shape: 'purchase-confirmed-never-marked',
    by: P,
    restsOn: ROWS_AND_RECORDS,
    evidence: [RECORD],
    does: paid,
  },
  {
    id: 'event-gets-marked',
    shape: 'purchase-created-never-marked',
    by: A,
    restsOn: ROWS_AND_RECORDS,
    evidence: [RECORD],
    does: created,
  },
  {
    id: 'groups-drain',
    shape: 'blocked',
    by: A,
    restsOn: ['kafka', 'offsets', 'postgres'],
    evidence: [RECORD],
    does: created,
  },
  {
    id: 'groups-drain',
    shape: 'done-not-committed',
    by: P,
    restsOn: ['kafka', 'offsets', 'postgres'],
    evidence: [RECORD],
    does: bought,
  },
  {
    id: 'ids-agree',
    shape: 'foreign-correlation-id',
    by: A,
    restsOn: ['postgres', 'kafka', 'admin-service'],
    evidence: [RECORD, ROW],
    does: (b) => {
      const { studentId, courseId } = b.subject();
      b.allocation();
      b.emit('TRAINER_ALLOCATED', 'zoe', { value: { studentId, courseId, ...allocated() } });
    },
  },
  {
    id: 'announced-means-committed',
    shape: 'allocation-never-committed',
    by: A,
    restsOn: ['postgres', 'kafka'],
    evidence: [RECORD],
    does: (b) => b.emit('TRAINER_ALLOCATED', 'ada', { headers: {}, key: null, value: { _metadata: {} } }),
  },
  {
    id: 'announced-means-committed',
    shape: 'allocation-committed-later',
    by: A,
    restsOn: ['kafka'],
    evidence: [RECORD, ROW],
    does: (b) => {
      const { studentId, courseId } = b.subject();
      b.emit('TRAINER_ALLOCATED', 'ada', { headers: {}, key: null, value: { _metadata: {} } });
      const row = { id: idOf('allocation', 'ada'), student_id: studentId, course_id: courseId, status: 'approved' };
      b.commit([{ table: 'trainer_allocations', op: 'insert', row }], null, 10);
    },
  },
  {
    id: 'messages-honour-contract',
    shape: 'body-course-id-required',
    by: A,
    restsOn: ['kafka', 'admin-service'],
    evidence: [RECORD],
    does: (b) => b.emit('TRAINER_ALLOCATED', 'ada', { value: { courseId: undefined } }),
  },
  {
    id: 'messages-honour-contract',
    shape: 'body-failure-reason-required',
    by: A,
    restsOn: ['kafka'],
    evidence: [RECORD],
    does: (b) => b.deadLetter(created(b), { value: { failureReason: undefined } }),
  },
  {
    id: 'calls-honour-contract',
    shape: 'body-date-required',
    by: A,
    restsOn: ['kafka'],
    evidence: ['http.request', ANSWER],
    does: (b) => b.respond(b.request('ada', { body: { date: undefined } }), 'ada', { status: 400 }),
  },
  {
    id: 'calls-honour-contract',
    shape: 'body-date-required',
    by: A,
    restsOn: ['kafka'],
    evidence: ['http.request'],
    does: (b) => b.request('ada', { body: { date: undefined } }),
  },
  {
    id: 'dead-letter-once',
    shape: 'before-the-documented-attempts',
    by: A,
    restsOn: ['kafka', 'offsets', 'admin-service'],
    evidence: [RECORD, 'http.request', 'http.request'],
    does: (b) => {
      const event = created(b);
      for (let i = 0; i < 2; i += 1) b.respond(b.request(), 'ada', { status: 500 });
      b.deadLetter(event, { value: { attempts: undefined } });
    },
  },
  {
    id: 'groups-drain',
    shape: 'blocked',
    by: A,
    restsOn: ['kafka', 'offsets', 'postgres'],
    evidence: [RECORD, OFFSET, 'http.request'],
    does: (b) => {
      b.commitOffset(A, created(b));
      created(b);
      b.respond(b.request(), 'ada', { status: 500 });
    },
  },
  {
    id: 'groups-drain',
    shape: 'dead-lettered-not-committed',
    by: A,
    restsOn: ['kafka', 'offsets', 'postgres'],
    evidence: [RECORD],
    does: (b) => b.deadLetter(created(b)),
  },
];

const historyOf = (does: Case['does']): History => {
  const b = build();
  does(b);
  b.ended();
  return b.history();
};

const without = (history: History, source: BarrierSource): History => cutTail(history, source, Infinity);

test.each(CASES)('$id: $shape, by the $by', ({ id, shape, by, restsOn, evidence, does }) => {
  const invariant = INVARIANTS.find((each) => each.id === id)!;
  const history = historyOf(does);
  const whole = checkInvariant(invariant, history);
  expect(whole.verdict).toBe('violated');
  const found = whole.findings.find((finding) => finding.shape === shape);
  expect(found).toMatchObject({ shape, worker: by, subject: 'ada' });
  expect(found?.evidence.map((seq) => history.events[seq - 1]?.kind)).toEqual(evidence);
  for (const source of BARRIER_SOURCES) {
    const { findings, verdict } = checkInvariant(invariant, without(history, source));
    const stands = verdict === 'violated' && findings.some((finding) => finding.shape === shape);
    expect([source, stands]).toEqual([source, !restsOn.includes(source)]);
    if (restsOn.includes(source)) expect([source, verdict]).not.toEqual([source, 'holds']);
  }
});

test.each(INVARIANTS)('$id is not said to hold without each source that it needs', (invariant) => {
  for (const source of BARRIER_SOURCES)
    expect([source, checkInvariant(invariant, without(healthyHistory(), source)).verdict]).toEqual([
      source,
      invariant.needs.includes(source) ? 'unknown' : 'holds',
    ]);
});

/** Told by records and calls themselves, in their own tests. */
const ELSEWHERE: readonly InvariantId[] = ['messages-honour-contract', 'calls-honour-contract'];

test('every invariant is among them', () =>
  expect([...new Set([...CASES.map(({ id }) => id), ...ELSEWHERE])].sort()).toEqual(
    INVARIANTS.map(({ id }) => id).sort(),
  ));
