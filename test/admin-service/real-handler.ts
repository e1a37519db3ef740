/** Part of admin-service.test.ts: what the stub does as the real handler does it. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { openAdminService } from '../support/admin-bench.ts';
import { AUTO_ASSIGN_PATH } from '../../harness/pipeline/testing.ts';
import { startPostgresRecorder } from '../../harness/recorder/postgres.ts';
import { newIds } from '../support/admin-bench.ts';
import type { AdminBench } from '../support/admin-bench.ts';
import { eventually } from '../support/postgres.ts';

export const testRealHandler = ({ now, dial, send, assign, rowsOf, lastResponse, effects }: AdminBench): void => {
  test('assigns a trainer: 201, the whole allocation in camelCase, a row', async () => {
    const ids = newIds();
    const requestedBy = randomUUID();
    const answer = await assign(ids, { requestedBy, paymentMetadata: { purchaseTier: 30 } });
    const [row, ...others] = await rowsOf(ids);
    expect(others).toEqual([]);
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.json)).toEqual(['success', 'message', 'data']);
    expect(Object.keys(answer.json.data)).toEqual([
      'id',
      'studentId',
      'trainerId',
      'courseId',
      'requestedBy',
      'requestedAt',
      'status',
      'allocatedBy',
      'allocatedAt',
      'rejectedBy',
      'rejectedAt',
      'rejectionReason',
      'notes',
      'metadata',
      'createdAt',
      'updatedAt',
    ]);
    expect(answer.json.data).toMatchObject({ ...ids, requestedBy, status: 'approved', id: row?.id });
    expect(answer.json.data['trainerId']).toBe(row?.trainer_id);
    expect(answer.json.data['metadata']).toMatchObject({ paymentMetadata: { purchaseTier: 30 } });
    for (const date of ['requestedAt', 'allocatedAt', 'createdAt', 'updatedAt'])
      expect(answer.json.data[date]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(row).toMatchObject({ status: 'approved', requested_by: requestedBy });
    expect(await lastResponse()).toMatchObject({ status: 201, behaviour: 'normal', falsified: [], ended: 'answered' });
    expect(effects()).toEqual(['inserted']);
  });

  test('answers again with the row that is there', async () => {
    const ids = newIds();
    const [first, second] = [await assign(ids), await assign(ids)];
    expect(second.status).toBe(201);
    expect(second.json.data).toEqual(first.json.data);
    expect(await rowsOf(ids)).toHaveLength(1);
    await lastResponse();
    expect(effects()).toEqual(['inserted', 'found']);
  });

  test('turns a pending row into an approved one', async () => {
    const { service } = now();
    const ids = newIds();
    const control = service.behave(ids.studentId, { behaviour: 'no-trainer', times: 2 });
    const pending = await assign(ids);
    expect(pending.status).toBe(202);
    expect(pending.json.data).toMatchObject({ trainerId: null, status: 'pending' });
    const again = await assign(ids);
    expect([again.status, again.json.data['id']]).toEqual([202, pending.json.data['id']]);
    expect(control.fired()).toBe(2);
    const approved = await assign(ids);
    expect(approved.status).toBe(201);
    expect(approved.json.data).toMatchObject({ id: pending.json.data['id'], status: 'approved' });
    expect(await rowsOf(ids)).toMatchObject([{ status: 'approved', trainer_id: approved.json.data['trainerId'] }]);
    await lastResponse();
    expect(effects()).toEqual(['inserted', 'found', 'updated']);
  });

  test('prefers an approved row to a newer pending one', async () => {
    const { database } = now();
    const ids = newIds();
    const approved = await assign(ids);
    await database.query(
      `INSERT INTO trainer_allocations (student_id, course_id, requested_by, created_at)
       VALUES ($1, $2, $1, now() + interval '1 hour')`,
      [ids.studentId, ids.courseId],
    );
    const again = await assign(ids);
    expect([again.status, again.json.data['id']]).toEqual([201, approved.json.data['id']]);
    await lastResponse();
    expect(effects()).toEqual(['inserted', 'found']);
  });

  test('two calls at once: one 201 and one 500', async () => {
    const { database, tape } = now();
    const ids = newIds();
    const blocked = (): Promise<boolean> =>
      database
        .query<{ count: number }>(
          `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'`,
          [database.name],
        )
        .then((rows) => rows[0]?.count === 2);
    // The lock lets both look, and lets neither write before both have looked.
    const answers = await database.writeAs('test', async (client) => {
      await client.query('LOCK TABLE trainer_allocations IN SHARE MODE');
      const both = Promise.all([assign(ids), assign(ids)]);
      await eventually('both calls to wait for the lock', blocked);
      return { both };
    });
    const statuses = (await answers.both).map((answer) => answer.status);
    expect(statuses.sort()).toEqual([201, 500]);
    expect((await answers.both).find((answer) => answer.status === 500)?.json).toMatchObject({ success: false });
    expect(await rowsOf(ids)).toHaveLength(1);
    await lastResponse();
    expect(effects().sort()).toEqual(['failed', 'inserted']);
    // A lost race is the workers' business, no trouble of the harness.
    expect(tape.of('trial.harness-error')).toEqual([]);
  });

  test.each([
    ['U+0000', 'left\u0000right'],
    ['half a surrogate pair', 'cut off: \ud83d'],
  ])('%s, which no row takes: 500, and no trouble of the harness', async (_, notes) => {
    const { tape } = now();
    const ids = newIds();
    const answer = await assign(ids, { paymentMetadata: { notes } });
    expect([answer.status, answer.json.success]).toEqual([500, false]);
    expect(await rowsOf(ids)).toEqual([]);
    await lastResponse();
    expect(effects()).toEqual(['failed']);
    expect(tape.of('trial.harness-error')).toEqual([]);
  });

  test('its transactions are tagged', async () => {
    const { database, tape } = now();
    const recorder = await startPostgresRecorder({ database, record: tape.record });
    const ids = newIds();
    await assign(ids);
    expect(await recorder.caughtUp(5000)).toBe(true);
    await recorder.stop();
    expect(tape.of('postgres.commit')).toMatchObject([
      {
        writer: 'admin-service',
        changes: [{ table: 'trainer_allocations', op: 'insert', row: { student_id: ids.studentId } }],
      },
    ]);
  });

  test.each([
    ['not JSON', '{"studentId":', ['body']],
    ['empty', '', ['body']],
    ['a list', '[]', ['body']],
    ['null', 'null', ['body']],
    ['nothing in it', '{}', ['studentId', 'courseId', 'timeSlot', 'date']],
    [
      'wrong fields',
      JSON.stringify({
        studentId: 'x',
        courseId: 7,
        timeSlot: '',
        date: '',
        requestedBy: 'me',
        paymentMetadata: 'much',
      }),
      ['studentId', 'courseId', 'timeSlot', 'date', 'requestedBy', 'paymentMetadata'],
    ],
    [
      'nested deeper than can be written again',
      JSON.stringify({ ...newIds(), timeSlot: 'x', date: 'y', paymentMetadata: { deep: 0 } }).replace(
        ':0}',
        `:${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      ),
      ['body'],
    ],
  ])('answers 400 to a body that is %s, and lists the fields', async (_, body, fields) => {
    const { tape } = now();
    const answer = await send({ body });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ success: false });
    expect(answer.json.errors.map((error) => error.field)).toEqual(fields);
    expect(await lastResponse()).toMatchObject({ status: 400, behaviour: 'normal' });
    // What is recorded can be written to the history.
    expect(() => JSON.stringify(tape.events)).not.toThrow();
  });

  test.each([
    ['GET', AUTO_ASSIGN_PATH],
    ['POST', '/api/v1/admin/elsewhere'],
    ['POST', '//'],
    ['POST', '/%E0%A4%A'],
    ['OPTIONS', '*'],
    ['TRACE', '/'],
  ])('answers 404 to %s %s', async (method, path) => {
    const { tape } = now();
    const answer = await send({ method, path });
    expect([answer.status, answer.json.success]).toEqual([404, false]);
    await lastResponse();
    expect(tape.of('http.request')).toMatchObject([{ method, path }]);
  });

  test('gives the same trainer and ids for the same seed', async () => {
    const { database, tape } = now();
    const ids = newIds();
    const first = await assign(ids);
    await database.query('DELETE FROM trainer_allocations WHERE student_id = $1', [ids.studentId]);
    const twin = openAdminService(database, tape.record);
    dial(await twin.listenFor('allocation-worker'));
    const second = await assign(ids);
    await twin.close();
    expect([second.json.data['id'], second.json.data['trainerId']]).toEqual([
      first.json.data['id'],
      first.json.data['trainerId'],
    ]);
  });

  test('a database that refuses is trouble of the harness', async () => {
    const { database, tape } = now();
    const ids = newIds();
    await database.query('ALTER TABLE trainer_allocations ADD COLUMN surprise int NOT NULL DEFAULT 1');
    await database.query('ALTER TABLE trainer_allocations ALTER COLUMN surprise DROP DEFAULT');
    const answer = await assign(ids);
    await database.query('ALTER TABLE trainer_allocations DROP COLUMN surprise');
    expect(answer.status).toBe(500);
    await lastResponse();
    expect(effects()).toEqual(['failed']);
    expect(tape.of('trial.harness-error')[0]?.message).toMatch(/surprise/);
  });
};
