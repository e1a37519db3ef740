/** The reference workers, as processes, against real Kafka and PostgreSQL. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startEmbedded } from '../harness/environment/embedded/index.ts';
import type { Environment } from '../harness/environment/types.ts';
import type { AdminStandIn, Behaviour } from './support/admin-stand-in.ts';
import { failing, normal, send, startAdminStandIn, writeRow } from './support/admin-stand-in.ts';
import type { Pipeline, Subject } from './support/reference-pipeline.ts';
import { eventOf, newSubject, openPipeline, until } from './support/reference-pipeline.ts';
import type { Program, Workers } from './support/reference-process.ts';
import { createWorkers } from './support/reference-process.ts';

let environment: Environment;
let pipeline: Pipeline;
let admin: AdminStandIn;
let workers: Workers;

beforeAll(async () => {
  environment = await startEmbedded();
  pipeline = await openPipeline(environment);
  admin = await startAdminStandIn(pipeline.pool);
  workers = createWorkers(pipeline, admin.url);
}, 60_000);

afterEach(() => workers.endAll());

afterAll(async () => {
  admin.close();
  await pipeline.close();
  await environment.stop();
}, 30_000);

const ALLOCATION_WORKERS = [
  'allocation-worker/incident',
  'allocation-worker/report-fix',
  'allocation-worker/hardened',
] as const;
const PURCHASE_WORKERS = ['purchase-worker/incident', 'purchase-worker/hardened'] as const;
const HARDENED = 'allocation-worker/hardened';

/** Publishes PURCHASE_CREATED for a new subject whose calls behave as planned, and waits until the worker is done. */
const allocate = async (program: Program, behaviours: Behaviour[] = [], env: Readonly<Record<string, string>> = {}) => {
  const subject = newSubject();
  admin.plan(subject, ...behaviours);
  const worker = await workers.start(program, { env });
  await pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
  await worker.drained();
  return { subject, worker };
};

const announced = (subject: Subject) =>
  until('TRAINER_ALLOCATED', async () => (await pipeline.recordsOf('trainer-allocated', subject))[0]);

describe.each(PURCHASE_WORKERS)('%s', (program) => {
  it('makes a purchase of a payment, announces it and marks the event', async () => {
    const subject = newSubject();
    const worker = await workers.start(program);
    await pipeline.publish('purchase-confirmed', subject, eventOf('PURCHASE_CONFIRMED', subject));
    await worker.drained();
    const { rows } = await pipeline.pool.query(
      'select id, purchase_tier, is_active from student_course_purchases where student_id = $1 and course_id = $2',
      [subject.studentId, subject.courseId],
    );
    expect(rows).toEqual([{ id: expect.any(String), purchase_tier: 30, is_active: true }]);
    const purchaseId = String(rows[0].id);
    const granted = await until(
      'COURSE_ACCESS_GRANTED',
      async () => (await pipeline.recordsOf('course-access-granted', subject))[0],
    );
    const [created] = await pipeline.recordsOf('purchase-created', subject);
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
    expect(await pipeline.marksOf(subject, 'PURCHASE_CONFIRMED')).toMatchObject([{ source: 'purchase-worker' }]);
  });

  it('announces a purchase that was there already with a -recovery eventId, unless an allocation exists', async () => {
    const subjects = [newSubject(), newSubject()] as const;
    for (const { studentId, courseId } of subjects)
      await pipeline.pool.query(
        'insert into student_course_purchases (student_id, course_id, purchase_tier) values ($1, $2, 20)',
        [studentId, courseId],
      );
    await pipeline.pool.query(
      `insert into trainer_allocations (student_id, course_id, requested_by, trainer_id, status) values ($1, $2, $1, $1, 'approved')`,
      [subjects[1].studentId, subjects[1].courseId],
    );
    const worker = await workers.start(program);
    for (const subject of subjects)
      await pipeline.publish('purchase-confirmed', subject, eventOf('PURCHASE_CONFIRMED', subject));
    await worker.drained();
    const record = await until(
      'PURCHASE_CREATED',
      async () => (await pipeline.recordsOf('purchase-created', subjects[0]))[0],
    );
    expect(record.headers['eventId']).toMatch(/^purchase-created-.*-recovery$/);
    expect(record.value['purchaseTier']).toBe(20);
    expect(await pipeline.recordsOf('purchase-created', subjects[1])).toEqual([]);
    expect(await pipeline.marksOf(subjects[1], 'PURCHASE_CONFIRMED')).toHaveLength(1);
  });

  it(`${program.endsWith('incident') ? 'skips' : 'does not skip'} an event that somebody else has marked`, async () => {
    const subject = newSubject();
    await pipeline.markEarly(subject, 'PURCHASE_CONFIRMED', 'payment-service');
    const worker = await workers.start(program);
    await pipeline.publish('purchase-confirmed', subject, eventOf('PURCHASE_CONFIRMED', subject));
    await worker.drained();
    expect(worker.logged('already processed, skipped')).toBe(program.endsWith('incident'));
    if (program.endsWith('hardened'))
      await until('PURCHASE_CREATED', async () => (await pipeline.recordsOf('purchase-created', subject))[0]);
    const { rowCount } = await pipeline.pool.query('select 1 from student_course_purchases where student_id = $1', [
      subject.studentId,
    ]);
    expect(rowCount).toBe(program.endsWith('incident') ? 0 : 1);
  });
});

describe.each(ALLOCATION_WORKERS)('%s', (program) => {
  it('asks for a trainer, announces the allocation and marks the event', async () => {
    const { subject } = await allocate(program);
    const [row] = await pipeline.allocationsOf(subject);
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
    expect(admin.callsOf(subject).map(({ body }) => body)).toEqual([
      {
        studentId: subject.studentId,
        courseId: subject.courseId,
        timeSlot: '5:30 PM',
        date: '2026-12-01',
        requestedBy: subject.studentId,
        paymentMetadata: expect.objectContaining({ sessionCount: 30 }),
      },
    ]);
    expect(await pipeline.marksOf(subject, 'PURCHASE_CREATED')).toMatchObject([{ source: 'allocation-worker' }]);
  });

  it("asks for '4:00 PM' today when there is no booking", async () => {
    const subject = newSubject();
    const worker = await workers.start(program);
    await pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject, { booking: false }));
    await worker.drained();
    const [call] = admin.callsOf(subject);
    expect(call?.body).toMatchObject({
      timeSlot: '4:00 PM',
      date: new Date().toISOString().slice(0, 10),
      paymentMetadata: {},
    });
  });

  it('retries a 500 three times', async () => {
    const { subject } = await allocate(program, [failing(500), failing(500), failing(500)]);
    await announced(subject);
    expect(admin.callsOf(subject)).toHaveLength(4);
    expect(await pipeline.recordsOf('dead-letter-queue', subject)).toEqual([]);
  });

  it('announces nothing and marks the event when no trainer is free', async () => {
    const { subject } = await allocate(program, [
      async (call, pool) => send(call, 202, await writeRow(call, pool, 'pending')),
    ]);
    expect(await pipeline.allocationsOf(subject)).toMatchObject([{ status: 'pending' }]);
    expect(await pipeline.marksOf(subject, 'PURCHASE_CREATED')).toHaveLength(1);
    expect(await pipeline.recordsOf('trainer-allocated', subject)).toEqual([]);
  });

  it(`${program === HARDENED ? 'allocates for' : 'skips'} an event that somebody else has marked`, async () => {
    const subject = newSubject();
    await pipeline.markEarly(subject, 'PURCHASE_CREATED', 'allocation-worker');
    const worker = await workers.start(program);
    await pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await worker.drained();
    expect(await pipeline.allocationsOf(subject)).toHaveLength(program === HARDENED ? 1 : 0);
    if (program === HARDENED) await announced(subject);
  });

  it(`${program.endsWith('incident') ? 'believes' : 'does not believe'} a 201 without a row`, async () => {
    const lie: Behaviour = (call) => send(call, 201, { id: crypto.randomUUID(), trainerId: crypto.randomUUID() });
    const { subject } = await allocate(program, [lie]);
    expect(await pipeline.marksOf(subject, 'PURCHASE_CREATED')).toHaveLength(1);
    expect(await pipeline.allocationsOf(subject)).toHaveLength(program.endsWith('incident') ? 0 : 1);
    expect(admin.callsOf(subject)).toHaveLength(program.endsWith('incident') ? 1 : 2);
  });
});

describe.each(['allocation-worker/incident', 'allocation-worker/report-fix'] as const)('%s', (program) => {
  it('dead-letters after five attempts and rethrows, so that the event is delivered again', async () => {
    const { subject } = await allocate(
      program,
      Array.from({ length: 5 }, () => failing(500)),
    );
    expect(admin.callsOf(subject)).toHaveLength(6);
    await announced(subject);
    const [letter, ...others] = await pipeline.recordsOf('dead-letter-queue', subject);
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
    admin.plan(subject, failing(500));
    const worker = await workers.start(program, { firstDelayMs: 500 });
    await pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await until('the failed attempt', () => worker.logged('attempt failed'));
    worker.signal('SIGTERM');
    expect(await worker.exit).toMatchObject({ code: 0 });
    await announced(subject);
    expect(await pipeline.lagOf(worker.group, worker.topic)).toBe(0);
  });
});

describe('allocation-worker/hardened, whatever admin-service answers', () => {
  const wrongId: Behaviour = async (call, pool) => {
    await writeRow(call, pool);
    send(call, 201, { id: crypto.randomUUID(), trainerId: crypto.randomUUID() });
  };
  const late: Behaviour = (call, pool) => {
    send(call, 201, { id: crypto.randomUUID() });
    setTimeout(() => void writeRow(call, pool).catch(() => undefined), 150);
  };
  const commitsThenDrops: Behaviour = async (call, pool) => {
    await writeRow(call, pool);
    call.response.socket?.resetAndDestroy();
  };
  const truncated: Behaviour = ({ response }) => {
    response.writeHead(201, { 'content-length': 1000 });
    response.write('{"success":');
    setTimeout(() => response.destroy(), 10);
  };
  const cases: Readonly<Record<string, Behaviour>> = {
    'a wrong id': wrongId,
    'a row that comes later': late,
    'a row and then a reset': commitsThenDrops,
    'an answer that is cut off': truncated,
    'no JSON': ({ response }) => void response.writeHead(201).end('<html>'),
    'an empty answer': ({ response }) => void response.writeHead(201).end(),
    'no answer at all': () => undefined,
  };

  it.each(Object.entries(cases))('%s: one allocation, announced and marked', async (_name, behaviour) => {
    const { subject } = await allocate(HARDENED, [behaviour], { ADMIN_SERVICE_TIMEOUT_MS: '300' });
    const rows = await pipeline.allocationsOf(subject);
    expect(rows).toHaveLength(1);
    expect((await announced(subject)).value['allocationId']).toBe(rows[0]?.id);
    expect(await pipeline.marksOf(subject, 'PURCHASE_CREATED')).toHaveLength(1);
    expect(await pipeline.recordsOf('dead-letter-queue', subject)).toEqual([]);
  });

  it('waits for a row that comes later within the documented first delay, and calls once', async () => {
    const subject = newSubject();
    admin.plan(subject, late);
    const worker = await workers.start(HARDENED, { firstDelayMs: 2000 });
    await pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await worker.drained();
    expect(admin.callsOf(subject)).toHaveLength(1);
  });

  it('retries more often than the dead-letter queue would take', async () => {
    const { subject } = await allocate(
      HARDENED,
      Array.from({ length: 8 }, () => failing(503)),
    );
    expect(admin.callsOf(subject)).toHaveLength(9);
    expect(await pipeline.recordsOf('dead-letter-queue', subject)).toEqual([]);
  });
});

describe('allocation-worker/hardened, life and death', () => {
  it('leaves at once at SIGTERM in the middle of a back-off, with the offset uncommitted', async () => {
    const subject = newSubject();
    admin.plan(subject, ...Array.from({ length: 3 }, () => failing(500)));
    const worker = await workers.start(HARDENED, { firstDelayMs: 20_000 });
    await pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await until('the failed attempt', () => worker.logged('attempt failed'));
    const signalled = Date.now();
    worker.signal('SIGTERM');
    expect(await worker.exit).toMatchObject({ code: 0 });
    expect(Date.now() - signalled).toBeLessThan(2000);
    expect(await pipeline.lagOf(worker.group, worker.topic)).toBe(1);
    expect(await pipeline.memberCount(worker.group)).toBe(0);
    const next = await workers.start(HARDENED, { group: worker.group, prime: false });
    await next.drained();
    await announced(subject);
  });

  it('leaves at once at SIGTERM while admin-service is silent', async () => {
    const subject = newSubject();
    admin.plan(subject, () => undefined);
    const worker = await workers.start(HARDENED);
    await pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await until('the call', () => admin.callsOf(subject)[0]);
    worker.signal('SIGTERM');
    expect(await worker.exit).toMatchObject({ code: 0 });
    expect(await pipeline.lagOf(worker.group, worker.topic)).toBe(1);
  });

  it('announces an allocation that an earlier delivery left unannounced', async () => {
    const subject = newSubject();
    admin.plan(subject, async (call, pool) => void (await writeRow(call, pool)));
    const worker = await workers.start(HARDENED);
    await pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await until('the row', async () => (await pipeline.allocationsOf(subject))[0]);
    worker.signal('SIGKILL');
    await worker.exit;
    await pipeline.removeMembers(worker.group);
    const next = await workers.start(HARDENED, { group: worker.group, prime: false });
    await next.drained();
    await announced(subject);
    expect(admin.callsOf(subject)).toHaveLength(1);
    expect(await pipeline.marksOf(subject, 'PURCHASE_CREATED')).toHaveLength(1);
  });

  it('reads what was published before its group existed', async () => {
    const subject = newSubject();
    await pipeline.createTopics(['from-the-beginning']);
    await pipeline.publish('from-the-beginning', subject, eventOf('PURCHASE_CREATED', subject));
    await workers.start(HARDENED, { env: { CONSUME_TOPIC: 'from-the-beginning' }, prime: false });
    await announced(subject);
  });

  it('allocates once for a duplicate and a -recovery event, and repeats the announcement with the same eventId', async () => {
    const subject = newSubject();
    const worker = await workers.start(HARDENED);
    for (const eventId of ['one', 'one', 'one-recovery'])
      await pipeline.publish(
        'purchase-created',
        subject,
        eventOf('PURCHASE_CREATED', subject, { eventId: `${subject.paymentId}-${eventId}` }),
      );
    await worker.drained();
    const rows = await pipeline.allocationsOf(subject);
    expect(rows).toHaveLength(1);
    expect(admin.callsOf(subject)).toHaveLength(1);
    await announced(subject);
    const eventIds = (await pipeline.recordsOf('trainer-allocated', subject)).map(({ headers }) => headers['eventId']);
    expect(new Set(eventIds)).toEqual(new Set([rows[0]?.id]));
  });

  it('goes on after its database connections were ended', async () => {
    const worker = await workers.start(HARDENED);
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'allocation-worker'`;
    await until('its connection', async () => (await pipeline.pool.query(end)).rowCount);
    await until('the loss to be logged', () => worker.logged('database connection lost'));
    const subject = newSubject();
    admin.plan(subject, async (call, pool) => {
      await pool.query(end);
      await normal(call, pool);
    });
    await pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await worker.drained();
    await announced(subject);
  });

  it('exits with 1 at once when its topic is missing', async () => {
    const worker = await workers.start(HARDENED, { env: { CONSUME_TOPIC: 'absent' }, prime: false, wait: false });
    const { code, afterMs } = await worker.exit;
    expect(code).toBe(1);
    expect(afterMs).toBeLessThan(3000);
  });
});

describe('a poison event', () => {
  const poison: Readonly<Record<string, (subject: Subject) => string>> = {
    'that is not JSON': () => '{"type": "PURCHASE_',
    'without a studentId': (subject) => eventOf('PURCHASE_CREATED', { ...subject, studentId: '' }),
    'with a courseId that is no UUID': (subject) => eventOf('PURCHASE_CREATED', { ...subject, courseId: 'maths' }),
    'that admin-service calls invalid': (subject) => eventOf('PURCHASE_CREATED', subject),
  };

  it.each(Object.entries(poison))(
    '%s gets one dead-letter record, and the one behind it is done',
    async (name, build) => {
      const [bad, good] = [newSubject(), newSubject()];
      if (name.includes('invalid')) admin.plan(bad, failing(400));
      const worker = await workers.start(HARDENED);
      await pipeline.publish('purchase-created', bad, build(bad), 1);
      await pipeline.publish('purchase-created', good, eventOf('PURCHASE_CREATED', good), 1);
      await worker.drained();
      await announced(good);
      expect(await pipeline.recordsOf('dead-letter-queue', bad)).toMatchObject([
        {
          headers: { originalTopic: 'purchase-created', originalPartition: '1', correlationId: bad.paymentId },
          value: { attempts: 1 },
        },
      ]);
      expect(await pipeline.marksOf(bad, 'PURCHASE_CREATED')).toEqual([]);
    },
  );

  it('of purchase-worker is treated the same way', async () => {
    const [bad, good] = [newSubject(), newSubject()];
    const worker = await workers.start('purchase-worker/hardened');
    await pipeline.publish('purchase-confirmed', bad, 'null', 1);
    await pipeline.publish('purchase-confirmed', good, eventOf('PURCHASE_CONFIRMED', good), 1);
    await worker.drained();
    await until('PURCHASE_CREATED', async () => (await pipeline.recordsOf('purchase-created', good))[0]);
    expect(await pipeline.recordsOf('dead-letter-queue', bad)).toHaveLength(1);
  });
});

// Last, because topics made anew do not suit the clients that the other tests share.
describe('purchase-worker/hardened without the topic purchase-created', () => {
  it('announces the purchase when the topic is there again', async () => {
    const subject = newSubject();
    const worker = await workers.start('purchase-worker/hardened');
    await pipeline.admin.deleteTopics({ topics: ['purchase-created'] });
    await pipeline.publish('purchase-confirmed', subject, eventOf('PURCHASE_CONFIRMED', subject));
    await until('a failed attempt', () => worker.logged('attempt failed'));
    expect(await pipeline.marksOf(subject, 'PURCHASE_CONFIRMED')).toEqual([]);
    await pipeline.createTopics(['purchase-created']);
    await worker.drained();
    expect(await pipeline.marksOf(subject, 'PURCHASE_CONFIRMED')).toHaveLength(1);
    const ends = await pipeline.admin.fetchTopicOffsets('purchase-created');
    expect(ends.reduce((sum, { offset }) => sum + Number(offset), 0)).toBe(1);
    expect(await pipeline.recordsOf('dead-letter-queue', subject)).toEqual([]);
  });
});
