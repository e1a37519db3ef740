/** Part of reference-workers.test.ts: the session-worker's editions. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ReferenceBench } from '../support/reference-bench.ts';
import { newSubject, until } from '../support/reference-pipeline.ts';
import type { Subject } from '../support/reference-pipeline.ts';

const START = '2099-06-05';
/** From that Friday on. */
const WEEKDAYS = ['05', '08', '09', '10', '11', '12', '15'].map((day) => `2099-06-${day}`);

interface Allocated extends Subject {
  readonly allocationId: string;
  readonly trainerId: string;
}

const told = ({ allocationId, trainerId, studentId, courseId, paymentId }: Allocated, startDate = START): string =>
  JSON.stringify({
    type: 'TRAINER_ALLOCATED',
    ...{ timestamp: Date.now(), userId: studentId, role: 'student' },
    ...{ allocationId, trainerId, studentId, courseId, sessionCount: 30, startDate, endDate: '' },
    _metadata: { eventId: allocationId, correlationId: paymentId, source: 'allocation-worker', version: '1.0.0' },
  });

/** @param edition `session-worker/incident` or `session-worker/hardened`. */
export const testSessions = (
  { now }: ReferenceBench,
  edition: 'session-worker/incident' | 'session-worker/hardened',
): void => {
  const isHardened = edition === 'session-worker/hardened';

  const sessionsOf = async ({ allocationId }: Allocated) =>
    (
      await now().pipeline.pool.query<{ id: string; date: string }>(
        `select id, to_char(scheduled_date, 'YYYY-MM-DD') as date, scheduled_time, duration, status, course_id
           from tutoring_sessions where allocation_id = $1 order by scheduled_date`,
        [allocationId],
      )
    ).rows;

  const newAllocated = (): Allocated => ({ ...newSubject(), allocationId: randomUUID(), trainerId: randomUUID() });

  const write = async ({ allocationId, trainerId, studentId, courseId }: Allocated): Promise<void> => {
    await now().pipeline.pool.query(
      `insert into trainer_allocations (id, student_id, course_id, trainer_id, requested_by, status)
       values ($1, $2, $3, $4, $2, 'approved')`,
      [allocationId, studentId, courseId, trainerId],
    );
  };

  const plan = async ({ allocationId }: Allocated, days: readonly string[]): Promise<void> => {
    await now().pipeline.pool.query(
      `insert into tutoring_sessions (allocation_id, scheduled_date, scheduled_time)
       select $1, day::date, '4:00 PM' from unnest($2::text[]) as day`,
      [allocationId, days],
    );
  };

  const publish = (of: Allocated, value = told(of)): Promise<void> =>
    now().pipeline.publish('trainer-allocated', of, value);
  const announced = (of: Allocated) => now().pipeline.recordsOf('sessions-generated', of);

  it('plans seven sessions on weekdays, marks the event and tells of those that it made', async () => {
    const [fresh, planned, full] = [newAllocated(), newAllocated(), newAllocated()];
    const worker = await now().workers.start(edition);
    for (const each of [fresh, planned, full]) await write(each);
    await plan(planned, WEEKDAYS.slice(0, 4));
    await plan(full, WEEKDAYS);
    if (isHardened) await now().pipeline.markEarly(full, 'TRAINER_ALLOCATED', 'session-worker');
    for (const each of [fresh, planned, full]) await publish(each);
    await worker.drained();
    const rows = await sessionsOf(fresh);
    expect(rows.map(({ date }) => date)).toEqual(WEEKDAYS);
    expect(rows[0]).toMatchObject({ scheduled_time: '4:00 PM', duration: 40, status: 'scheduled', course_id: null });
    expect((await sessionsOf(planned)).map(({ date }) => date)).toEqual(WEEKDAYS);
    expect(await now().pipeline.marksOf(fresh, 'TRAINER_ALLOCATED')).toMatchObject([{ source: 'session-worker' }]);
    const [record, ...others] = await announced(fresh);
    const identity = {
      eventId: expect.stringMatching(new RegExp(`^sessions-generated-${fresh.allocationId}-\\d{13}$`)),
      correlationId: fresh.paymentId,
      source: 'session-worker',
      version: '1.0.0',
    };
    expect([others, record?.headers]).toEqual([[], { ...identity, eventType: 'SESSIONS_GENERATED' }]);
    expect(record?.value).toEqual({
      type: 'SESSIONS_GENERATED',
      timestamp: expect.any(Number),
      userId: fresh.studentId,
      role: 'student',
      allocationId: fresh.allocationId,
      trainerId: fresh.trainerId,
      studentId: fresh.studentId,
      courseId: fresh.courseId,
      sessionCount: 7,
      sessionIds: expect.arrayContaining(rows.map(({ id }) => id)),
      startDate: START,
      _metadata: { ...identity, timestamp: expect.any(Number) },
    });
    expect((await announced(planned)).map(({ value }) => value['sessionCount'])).toEqual([3]);
    expect(await announced(full)).toEqual([]);
    // Told again, nothing is made and nothing is told.
    await publish(fresh);
    await worker.drained();
    expect([(await sessionsOf(fresh)).length, (await announced(fresh)).length]).toEqual([7, 1]);
  });

  it(`tops up at its start, without telling anybody, and ${isHardened ? 'makes what is missing of' : 'skips'} an event that somebody else marked`, async () => {
    const [thin, marked] = [newAllocated(), newAllocated()];
    await write(thin);
    const worker = await now().workers.start(edition);
    expect(await sessionsOf(thin)).toHaveLength(7);
    await write(marked);
    await now().pipeline.markEarly(marked, 'TRAINER_ALLOCATED', 'somebody');
    await publish(marked, told(marked, ''));
    await worker.drained();
    expect(await sessionsOf(marked)).toHaveLength(isHardened ? 7 : 0);
    expect([(await announced(thin)).length, (await announced(marked)).length]).toEqual([0, isHardened ? 1 : 0]);
  });

  it(`${isHardened ? 'waits for' : 'dead-letters after three attempts'} an allocation that is not there`, async () => {
    const of = newAllocated();
    const worker = await now().workers.start(edition);
    await publish(of);
    await until('a failed attempt, or the letter', () =>
      worker.logged(isHardened ? 'attempt failed' : 'dead-lettered'),
    );
    await write(of);
    await worker.drained();
    expect(await sessionsOf(of)).toHaveLength(7);
    const letters = await now().pipeline.recordsOf('dead-letter-queue', of);
    expect(letters.map(({ value }) => value['attempts'])).toEqual(isHardened ? [] : [3]);
  });

  it('plans seven between two of them at once', async () => {
    const all = Array.from({ length: 5 }, newAllocated);
    const workers = [await now().workers.start(edition), await now().workers.start(edition)];
    for (const each of all) await write(each);
    for (const each of all) await publish(each);
    for (const worker of workers) await worker.drained();
    for (const each of all) expect((await sessionsOf(each)).map(({ date }) => date)).toEqual(WEEKDAYS);
  });
};
