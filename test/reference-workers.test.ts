/** All editions of the reference workers, as processes, against real Kafka and PostgreSQL: the documented behaviour. */
import { describe, expect, it } from 'vitest';
import { testSessions } from './reference-workers/sessions.ts';
import type { Behaviour } from './support/admin-stand-in.ts';
import { failing, normal, send, writeRow } from './support/admin-stand-in.ts';
import { useBench } from './support/reference-bench.ts';
import { eventOf, newSubject, until } from './support/reference-pipeline.ts';

const bench = useBench();
const { now, allocate, announced } = bench;

const ALLOCATION_WORKERS = [
  'allocation-worker/incident',
  'allocation-worker/report-fix',
  'allocation-worker/hardened',
] as const;
const PURCHASE_WORKERS = ['purchase-worker/incident', 'purchase-worker/hardened'] as const;
const HARDENED = 'allocation-worker/hardened';
const SESSION_WORKERS = ['session-worker/incident', 'session-worker/hardened'] as const;

describe.each(SESSION_WORKERS)('%s', (edition) => testSessions(bench, edition));

describe.each(PURCHASE_WORKERS)('%s', (program) => {
  it('makes a purchase of a payment, announces it and marks the event', async () => {
    const subject = newSubject();
    const worker = await now().workers.start(program);
    await now().pipeline.publish('purchase-confirmed', subject, eventOf('PURCHASE_CONFIRMED', subject));
    await worker.drained();
    const { rows } = await now().pipeline.pool.query(
      'select id, purchase_tier, is_active from student_course_purchases where student_id = $1 and course_id = $2',
      [subject.studentId, subject.courseId],
    );
    expect(rows).toEqual([{ id: expect.any(String), purchase_tier: 30, is_active: true }]);
    const purchaseId = String(rows[0].id);
    const granted = await until(
      'COURSE_ACCESS_GRANTED',
      async () => (await now().pipeline.recordsOf('course-access-granted', subject))[0],
    );
    const [created] = await now().pipeline.recordsOf('purchase-created', subject);
    const identity = { correlationId: subject.paymentId, source: 'purchase-worker', version: '1.0.0' };
    for (const [record, type, eventId] of [
      [created, 'PURCHASE_CREATED', `purchase-created-${purchaseId}`],
      [granted, 'COURSE_ACCESS_GRANTED', `course-access-granted-${purchaseId}`],
    ] as const) {
      expect(record?.headers).toEqual({ ...identity, eventId, eventType: type });
      expect(record?.value).toEqual({
        type,
        timestamp: expect.any(Number),
        userId: subject.studentId,
        role: 'student',
        purchaseId,
        studentId: subject.studentId,
        courseId: subject.courseId,
        purchaseTier: 30,
        metadata: expect.objectContaining({ timeSlot: '5:30 PM', purchaseTier: 30, sessionCount: 30 }),
        _metadata: { ...identity, eventId, timestamp: expect.any(Number) },
      });
    }
    expect(await now().pipeline.marksOf(subject, 'PURCHASE_CONFIRMED')).toMatchObject([{ source: 'purchase-worker' }]);
  });

  it('announces a purchase that was there already with a -recovery eventId, unless an allocation exists', async () => {
    const subjects = [newSubject(), newSubject()] as const;
    for (const { studentId, courseId } of subjects)
      await now().pipeline.pool.query(
        'insert into student_course_purchases (student_id, course_id, purchase_tier) values ($1, $2, 20)',
        [studentId, courseId],
      );
    await now().pipeline.pool.query(
      `insert into trainer_allocations (student_id, course_id, requested_by, trainer_id, status) values ($1, $2, $1, $1, 'approved')`,
      [subjects[1].studentId, subjects[1].courseId],
    );
    const worker = await now().workers.start(program);
    for (const subject of subjects)
      await now().pipeline.publish('purchase-confirmed', subject, eventOf('PURCHASE_CONFIRMED', subject));
    await worker.drained();
    const record = await until(
      'PURCHASE_CREATED',
      async () => (await now().pipeline.recordsOf('purchase-created', subjects[0]))[0],
    );
    expect(record.headers['eventId']).toMatch(/^purchase-created-.*-recovery$/);
    expect(record.value['purchaseTier']).toBe(20);
    expect(await now().pipeline.recordsOf('purchase-created', subjects[1])).toEqual([]);
    expect(await now().pipeline.marksOf(subjects[1], 'PURCHASE_CONFIRMED')).toHaveLength(1);
  });

  it(`${program.endsWith('incident') ? 'skips' : 'does not skip'} an event that somebody else has marked`, async () => {
    const subject = newSubject();
    await now().pipeline.markEarly(subject, 'PURCHASE_CONFIRMED', 'payment-service');
    const worker = await now().workers.start(program);
    await now().pipeline.publish('purchase-confirmed', subject, eventOf('PURCHASE_CONFIRMED', subject));
    await worker.drained();
    expect(worker.logged('already processed, skipped')).toBe(program.endsWith('incident'));
    if (program.endsWith('hardened'))
      await until('PURCHASE_CREATED', async () => (await now().pipeline.recordsOf('purchase-created', subject))[0]);
    const { rowCount } = await now().pipeline.pool.query(
      'select 1 from student_course_purchases where student_id = $1',
      [subject.studentId],
    );
    expect(rowCount).toBe(program.endsWith('incident') ? 0 : 1);
  });
});

describe.each(ALLOCATION_WORKERS)('%s', (program) => {
  it('asks for a trainer, announces the allocation and marks the event', async () => {
    const { subject } = await allocate(program);
    const [row] = await now().pipeline.allocationsOf(subject);
    const record = await announced(subject);
    const identity = {
      eventId: row?.id,
      correlationId: subject.paymentId,
      source: 'allocation-worker',
      version: '1.0.0',
    };
    expect(record.headers).toEqual({ ...identity, eventType: 'TRAINER_ALLOCATED' });
    expect(record.value).toEqual({
      type: 'TRAINER_ALLOCATED',
      timestamp: expect.any(Number),
      userId: subject.studentId,
      role: 'student',
      allocationId: row?.id,
      trainerId: row?.trainer_id,
      studentId: subject.studentId,
      courseId: subject.courseId,
      sessionCount: 30,
      startDate: '2026-12-01',
      endDate: '',
      _metadata: { ...identity, timestamp: expect.any(Number) },
    });
    expect(
      now()
        .admin.callsOf(subject)
        .map(({ body }) => body),
    ).toEqual([
      {
        studentId: subject.studentId,
        courseId: subject.courseId,
        timeSlot: '5:30 PM',
        date: '2026-12-01',
        requestedBy: subject.studentId,
        paymentMetadata: expect.objectContaining({ sessionCount: 30 }),
      },
    ]);
    expect(await now().pipeline.marksOf(subject, 'PURCHASE_CREATED')).toMatchObject([{ source: 'allocation-worker' }]);
  });

  it("asks for '4:00 PM' today when there is no booking", async () => {
    const subject = newSubject();
    const worker = await now().workers.start(program);
    await now().pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject, { booking: false }));
    await worker.drained();
    const [call] = now().admin.callsOf(subject);
    expect(call?.body).toMatchObject({
      timeSlot: '4:00 PM',
      date: new Date().toISOString().slice(0, 10),
      paymentMetadata: {},
    });
  });

  it('does not mind that somebody else marks the event meanwhile', async () => {
    const subject = newSubject();
    now().admin.plan(subject, async (call, pool) => {
      await now().pipeline.markEarly(subject, 'PURCHASE_CREATED', 'somebody');
      await normal(call, pool);
    });
    const worker = await now().workers.start(program);
    await now().pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await worker.drained();
    expect(worker.logged('attempt failed')).toBe(false);
    expect(await now().pipeline.marksOf(subject, 'PURCHASE_CREATED')).toMatchObject([{ source: 'somebody' }]);
  });

  it('retries a 500 three times', async () => {
    const { subject } = await allocate(program, [failing(500), failing(500), failing(500)]);
    await announced(subject);
    expect(now().admin.callsOf(subject)).toHaveLength(4);
    expect(await now().pipeline.recordsOf('dead-letter-queue', subject)).toEqual([]);
  });

  it('announces nothing and marks the event when no trainer is free', async () => {
    const { subject } = await allocate(program, [
      async (call, pool) => send(call, 202, await writeRow(call, pool, 'pending')),
    ]);
    expect(await now().pipeline.allocationsOf(subject)).toMatchObject([{ status: 'pending' }]);
    expect(await now().pipeline.marksOf(subject, 'PURCHASE_CREATED')).toHaveLength(1);
    expect(await now().pipeline.recordsOf('trainer-allocated', subject)).toEqual([]);
  });

  it(`${program === HARDENED ? 'allocates for' : 'skips'} an event that somebody else has marked`, async () => {
    const subject = newSubject();
    await now().pipeline.markEarly(subject, 'PURCHASE_CREATED', 'allocation-worker');
    const worker = await now().workers.start(program);
    await now().pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await worker.drained();
    expect(await now().pipeline.allocationsOf(subject)).toHaveLength(program === HARDENED ? 1 : 0);
    if (program === HARDENED) await announced(subject);
  });

  it(`${program.endsWith('incident') ? 'believes' : 'does not believe'} a 201 without a row`, async () => {
    const lie: Behaviour = (call) => send(call, 201, { id: crypto.randomUUID(), trainerId: crypto.randomUUID() });
    const { subject } = await allocate(program, [lie]);
    expect(await now().pipeline.marksOf(subject, 'PURCHASE_CREATED')).toHaveLength(1);
    expect(await now().pipeline.allocationsOf(subject)).toHaveLength(program.endsWith('incident') ? 0 : 1);
    expect(now().admin.callsOf(subject)).toHaveLength(program.endsWith('incident') ? 1 : 2);
  });
});

describe.each(['allocation-worker/incident', 'allocation-worker/report-fix'] as const)('%s', (program) => {
  it('dead-letters after five attempts and rethrows, so that the event is delivered again', async () => {
    const { subject } = await allocate(
      program,
      Array.from({ length: 5 }, () => failing(500)),
    );
    expect(now().admin.callsOf(subject)).toHaveLength(6);
    await announced(subject);
    const [letter, ...others] = await now().pipeline.recordsOf('dead-letter-queue', subject);
    expect(others).toEqual([]);
    const failureReason = 'Admin service answered 500: status 500';
    const common = { originalTopic: 'purchase-created', failureReason, correlationId: subject.paymentId };
    expect(letter?.headers).toEqual({
      ...common,
      originalPartition: expect.stringMatching(/^[012]$/),
      originalOffset: expect.stringMatching(/^\d+$/),
      eventId: expect.any(String),
    });
    expect(letter?.value).toEqual({
      ...common,
      originalEvent: expect.objectContaining({ type: 'PURCHASE_CREATED', studentId: subject.studentId }),
      originalPartition: expect.any(Number),
      originalOffset: expect.stringMatching(/^\d+$/),
      failureTimestamp: expect.any(Number),
      attempts: 5,
      eventId: expect.any(String),
    });
  });

  it('finishes the message in hand at SIGTERM, back-off included', async () => {
    const subject = newSubject();
    now().admin.plan(subject, failing(500));
    const worker = await now().workers.start(program, { firstDelayMs: 500 });
    await now().pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await until('the failed attempt', () => worker.logged('attempt failed'));
    worker.signal('SIGTERM');
    expect(await worker.exit).toMatchObject({ code: 0 });
    await announced(subject);
    expect(await now().pipeline.lagOf(worker.group, worker.topic)).toBe(0);
  });
});
