/** admin-service's stub: every behaviour over a real socket, writing into a real database. */
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openAdminService } from '../harness/admin-service/service.ts';
import type { AdminService } from '../harness/admin-service/service.ts';
import { packageRoot } from '../harness/base/package-root.ts';
import { createSlotDatabase } from '../harness/database/database.ts';
import type { SlotDatabase } from '../harness/database/database.ts';
import type { Environment } from '../harness/environment/types.ts';
import type { HistoryEvent } from '../harness/history/events.ts';
import { AUTO_ASSIGN_PATH } from '../harness/pipeline/pipeline.ts';
import { API_BEHAVIOURS } from '../harness/scenario/types.ts';
import type { ApiBehaviour } from '../harness/scenario/types.ts';
import { createTape, eventually, openPostgres } from './support/postgres.ts';

let environment: Environment;
let database: SlotDatabase;
let service: AdminService;
let tape: ReturnType<typeof createTape>;
let port: number;

beforeAll(async () => {
  environment = await openPostgres();
  database = await createSlotDatabase({
    environment,
    schema: { file: join(packageRoot, 'fixtures/schema.sql') },
    name: 'admin_service_test',
    env: {},
    record: () => 0,
  });
}, 120_000);

afterAll(async () => {
  await database.close();
  await environment.stop();
});

beforeEach(async () => {
  tape = createTape();
  service = await openAdminService({ database: () => database, record: tape.record, seed: 7 });
  port = await service.listenFor('allocation-worker');
});

afterEach(async () => {
  await service.close();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: { success: boolean; message: string; data: Record<string, unknown>; errors: { field: string }[] };
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One request on a connection of its own. Rejects with the socket's error. */
const send = ({ method = 'POST', path = AUTO_ASSIGN_PATH, headers = {}, body = '' }: Sent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          let json: unknown;
          try {
            json = JSON.parse(text);
          } catch {
            json = undefined;
          }
          resolve({ status: response.statusCode ?? 0, text, json: json as Answer['json'] });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });

interface Ids {
  readonly studentId: string;
  readonly courseId: string;
}

const newIds = (): Ids => ({ studentId: randomUUID(), courseId: randomUUID() });

const assign = (ids: Ids, extra: Readonly<Record<string, unknown>> = {}): Promise<Answer> =>
  send({ body: JSON.stringify({ ...ids, timeSlot: '4:00 PM', date: '2026-12-01', ...extra }) });

interface Row {
  readonly id: string;
  readonly status: string;
  readonly trainer_id: string | null;
  readonly requested_by: string;
}

const rowsOf = ({ studentId }: Ids): Promise<readonly Row[]> =>
  database.query<Row & Record<string, unknown>>(
    'SELECT * FROM trainer_allocations WHERE student_id = $1 ORDER BY created_at',
    [studentId],
  );

/** The record of the last call's end, once it is there. */
const lastResponse = async (): Promise<HistoryEvent<'http.response'>> => {
  await eventually('all calls to end', () => service.openCalls() - service.pendingEffects() === 0);
  const response = tape.of('http.response').at(-1);
  if (response === undefined) throw new Error('no response was recorded');
  return response;
};

const effects = (): string[] => tape.of('http.effect').map((event) => event.effect);

describe('like the real handler', () => {
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

  test('its transactions are tagged', async () => {
    const { startPostgresRecorder } = await import('../harness/recorder/postgres.ts');
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
    const answer = await send({ method, path });
    expect([answer.status, answer.json.success]).toEqual([404, false]);
    await lastResponse();
    expect(tape.of('http.request')).toMatchObject([{ method, path }]);
  });

  test('gives the same trainer and ids for the same seed', async () => {
    const ids = newIds();
    const first = await assign(ids);
    await database.query('DELETE FROM trainer_allocations WHERE student_id = $1', [ids.studentId]);
    const twin = await openAdminService({ database: () => database, record: tape.record, seed: 7 });
    port = await twin.listenFor('allocation-worker');
    const second = await assign(ids);
    await twin.close();
    expect([second.json.data['id'], second.json.data['trainerId']]).toEqual([
      first.json.data['id'],
      first.json.data['trainerId'],
    ]);
  });

  test('a database that refuses is trouble of the harness', async () => {
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
});

describe('a behaviour', () => {
  interface Expected {
    readonly status: number | null;
    /** The client's error, where there is no answer. */
    readonly error?: RegExp;
    readonly ended: HistoryEvent<'http.response'>['ended'];
    readonly falsified: readonly string[];
    readonly rows: number;
    readonly effects: readonly string[];
    readonly settings?: { readonly status?: number; readonly delayMs?: number };
    readonly see?: (answer: Answer, row: Row | undefined) => void;
  }

  const reset = /ECONNRESET|socket hang up/;

  const CASES: Readonly<Record<Exclude<ApiBehaviour, 'hangs'>, Expected>> = {
    normal: { status: 201, ended: 'answered', falsified: [], rows: 1, effects: ['inserted'] },
    fails: {
      status: 500,
      ended: 'answered',
      falsified: [],
      rows: 0,
      effects: [],
      see: ({ json }) => expect(json).toMatchObject({ success: false, errors: [] }),
    },
    'silent-success': {
      status: 201,
      ended: 'answered',
      falsified: ['row-missing'],
      rows: 0,
      effects: [],
      see: ({ json }) => expect(json.data).toMatchObject({ status: 'approved', id: expect.any(String) as unknown }),
    },
    'late-commit': {
      status: 201,
      ended: 'answered',
      falsified: ['row-late'],
      rows: 1,
      effects: ['inserted'],
      settings: { delayMs: 20 },
      see: ({ json }, row) => expect(row?.id).toBe(json.data['id']),
    },
    'commits-then-drops': {
      status: null,
      error: reset,
      ended: 'reset',
      falsified: [],
      rows: 1,
      effects: ['inserted'],
    },
    slow: {
      status: 201,
      ended: 'answered',
      falsified: [],
      rows: 1,
      effects: ['inserted'],
      settings: { delayMs: 30 },
    },
    malformed: {
      status: 201,
      ended: 'answered',
      falsified: ['body'],
      rows: 1,
      effects: ['inserted'],
      see: ({ text, json }) => {
        expect(text.length).toBeGreaterThan(100);
        expect(json).toBeUndefined();
      },
    },
    empty: {
      status: 201,
      ended: 'answered',
      falsified: ['body'],
      rows: 1,
      effects: ['inserted'],
      see: ({ text }) => expect(text).toBe(''),
    },
    truncated: {
      status: 201,
      error: /aborted/,
      ended: 'truncated',
      falsified: ['body'],
      rows: 1,
      effects: ['inserted'],
    },
    'wrong-id': {
      status: 201,
      ended: 'answered',
      falsified: ['id'],
      rows: 1,
      effects: ['inserted'],
      see: ({ json }, row) => {
        expect(json.data['id']).toMatch(/^[0-9a-f-]{36}$/);
        expect(json.data['id']).not.toBe(row?.id);
      },
    },
    'no-trainer': {
      status: 202,
      ended: 'answered',
      falsified: [],
      rows: 1,
      effects: ['inserted'],
      see: ({ json }, row) => {
        expect(json.data).toMatchObject({ status: 'pending', trainerId: null, id: row?.id });
        expect(row).toMatchObject({ status: 'pending', trainer_id: null });
      },
    },
    refuses: { status: null, error: reset, ended: 'refused', falsified: [], rows: 0, effects: [] },
  };

  test.each(Object.entries(CASES))('%s', async (name, expected) => {
    const behaviour = name as ApiBehaviour;
    const ids = newIds();
    const fired: number[] = [];
    const control = service.behave(ids.studentId.toUpperCase(), {
      behaviour,
      times: 1,
      ...expected.settings,
      onFired: ({ call, seq }) => fired.push(call, seq),
    });
    const answer = await assign(ids).catch((error: Error) => error);
    const response = await lastResponse();
    await eventually('late rows', () => service.openCalls() === 0);
    const rows = await rowsOf(ids);
    expect(response).toMatchObject({
      status: expected.status,
      behaviour,
      ended: expected.ended,
      falsified: expected.falsified,
    });
    expect(rows).toHaveLength(expected.rows);
    expect(effects()).toEqual(expected.effects);
    if (answer instanceof Error) expect(answer.message).toMatch(expected.error ?? 'no error');
    else {
      expect(expected.error).toBeUndefined();
      expect(answer.status).toBe(expected.status);
      expect(response.body?.text).toBe(answer.text);
      expected.see?.(answer, rows[0]);
    }
    const [request] = tape.of('http.request');
    expect(control.fired()).toBe(1);
    expect(fired).toEqual([request?.call, request?.seq]);

    // After so many calls it is normal again, and finds or makes the row.
    const next = await assign(ids);
    expect(next.status).toBe(201);
    expect(next.json.data).toMatchObject({ status: 'approved', ...ids });
    expect(control.fired()).toBe(1);
    expect(await rowsOf(ids)).toHaveLength(1);
    expect(await lastResponse()).toMatchObject({ behaviour: 'normal', falsified: [] });
    expect(tape.of('trial.harness-error')).toEqual([]);
  });

  test('every behaviour has its case', () => {
    expect([...Object.keys(CASES), 'hangs'].sort()).toEqual([...API_BEHAVIOURS].sort());
  });

  test('strikes one student and no other', async () => {
    const [struck, other] = [newIds(), newIds()];
    service.behave(struck.studentId, { behaviour: 'fails', status: 503 });
    expect((await assign(struck)).status).toBe(503);
    expect((await assign(other)).status).toBe(201);
    expect((await assign(struck)).status).toBe(503);
  });

  test('ends when it is healed, and several follow each other', async () => {
    const ids = newIds();
    service.behave(ids.studentId, { behaviour: 'fails', times: 1 });
    const control = service.behave(ids.studentId, { behaviour: 'refuses', status: 503 });
    expect((await assign(ids)).status).toBe(500);
    expect((await assign(ids)).status).toBe(503);
    expect((await lastResponse()).ended).toBe('refused');
    control.heal();
    control.heal();
    expect((await assign(ids)).status).toBe(201);
    expect(control.fired()).toBe(1);
  });

  test('hangs: counts as open, is reset when healed', async () => {
    const ids = newIds();
    const control = service.behave(ids.studentId, { behaviour: 'hangs' });
    const call = assign(ids).catch((error: Error) => error);
    await eventually('the call to hang', () => control.fired() === 1);
    expect(service.openCalls()).toBe(1);
    expect(tape.of('http.response')).toEqual([]);
    control.heal();
    expect(await call).toMatchObject({ message: expect.stringMatching(reset) as unknown });
    expect(await lastResponse()).toMatchObject({ status: null, behaviour: 'hangs', ended: 'reset' });
    expect(await rowsOf(ids)).toHaveLength(0);
    expect((await assign(ids)).status).toBe(201);
  });

  test('hangs: ends when the client gives up', async () => {
    const ids = newIds();
    service.behave(ids.studentId, { behaviour: 'hangs' });
    const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: AUTO_ASSIGN_PATH, agent: false });
    request.on('error', () => undefined);
    request.end(JSON.stringify({ ...ids, timeSlot: 'x', date: 'y' }));
    await eventually('the call to hang', () => service.openCalls() === 1 && tape.of('http.request').length === 1);
    request.destroy();
    expect(await lastResponse()).toMatchObject({ status: null, ended: 'client-gone' });
  });

  test('slow: the work is done although the client gave up; healing ends the wait', async () => {
    const ids = newIds();
    const control = service.behave(ids.studentId, { behaviour: 'slow', delayMs: 60_000 });
    const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: AUTO_ASSIGN_PATH, agent: false });
    request.on('error', () => undefined);
    request.end(JSON.stringify({ ...ids, timeSlot: 'x', date: 'y' }));
    await eventually('the call to begin', () => control.fired() === 1);
    request.destroy();
    await eventually('the client to be gone', () => tape.of('http.disconnected').length === 1);
    expect(service.openCalls()).toBe(1);
    control.heal();
    expect(await lastResponse()).toMatchObject({ behaviour: 'slow', status: null, ended: 'client-gone' });
    expect(await rowsOf(ids)).toHaveLength(1);
  });

  test('late-commit: a row that meets the unique index is dropped, and said so', async () => {
    const ids = newIds();
    service.behave(ids.studentId, { behaviour: 'late-commit', times: 1, delayMs: 300 });
    const early = await assign(ids);
    expect(service.pendingEffects()).toBe(1);
    expect(service.openCalls()).toBe(1);
    const second = await assign(ids);
    expect(second.status).toBe(201);
    await eventually('the late row', () => service.openCalls() === 0);
    const rows = await rowsOf(ids);
    expect(rows.map((row) => row.id)).toEqual([second.json.data['id']]);
    expect(tape.of('http.effect')).toMatchObject([
      { effect: 'inserted', allocationId: second.json.data['id'] },
      { effect: 'dropped', allocationId: early.json.data['id'], call: tape.of('http.request')[0]?.call },
    ]);
    expect(tape.of('trial.harness-error')).toEqual([]);
  });

  test('late-commit: dropped when the stub closes first', async () => {
    const ids = newIds();
    service.behave(ids.studentId, { behaviour: 'late-commit', delayMs: 60_000 });
    await assign(ids);
    await service.close();
    expect(service.openCalls()).toBe(0);
    expect(await rowsOf(ids)).toHaveLength(0);
    expect(effects()).toEqual(['dropped']);
  });

  test('is refused when it is none', () => {
    expect(() => service.behave(randomUUID(), { behaviour: 'sleeps' as ApiBehaviour })).toThrow(/sleeps/);
    expect(() => service.behave(randomUUID(), { behaviour: 'fails', status: 99 })).toThrow(/99/);
  });
});

describe('the record', () => {
  test('knows the worker by its port, and numbers connections and calls', async () => {
    const other = await service.listenFor('purchase-worker');
    expect(other).not.toBe(port);
    expect(await service.listenFor('allocation-worker')).toBe(port);
    await assign(newIds());
    port = other;
    await assign(newIds());
    await eventually('the connections to close', () => tape.of('http.disconnected').length === 2);
    expect(tape.of('http.connected')).toMatchObject([
      { connection: 1, worker: 'allocation-worker' },
      { connection: 2, worker: 'purchase-worker' },
    ]);
    expect(tape.of('http.request')).toMatchObject([
      { call: 1, connection: 1, worker: 'allocation-worker', json: { timeSlot: '4:00 PM' } },
      { call: 2, connection: 2, worker: 'purchase-worker' },
    ]);
    expect(tape.of('http.disconnected')[0]?.bytesRead).toBeGreaterThan(200);
  });

  test('shows a connection over which nothing came', async () => {
    const socket = connect(port, '127.0.0.1');
    await eventually('the connection', () => tape.of('http.connected').length === 1);
    socket.destroy();
    await eventually('its end', () => tape.of('http.disconnected').length === 1);
    expect(tape.of('http.disconnected')).toMatchObject([{ connection: 1, bytesRead: 0 }]);
    expect(tape.of('http.request')).toEqual([]);
  });

  test('hides credentials, keeps the rest, and finds a correlation id', async () => {
    const correlationId = randomUUID();
    await send({
      path: `${AUTO_ASSIGN_PATH}?token=hidden1`,
      headers: {
        authorization: 'Bearer hidden2',
        cookie: 'session=hidden3',
        'x-api-key': 'hidden4',
        'x-callback': 'http://user:hidden5@host/path',
        'x-odd': 'ÿ\u0080',
      },
      body: JSON.stringify({ ...newIds(), timeSlot: 'x', date: 'y', paymentMetadata: { correlationId } }),
    });
    await lastResponse();
    const [request] = tape.of('http.request');
    expect(JSON.stringify(request)).not.toMatch(/hidden/);
    expect(request).toMatchObject({ correlationId, headers: { 'content-type': 'application/json', cookie: '***' } });
  });

  test('survives 100 MB: hashed, cut, answered 413', async () => {
    const answer = await send({ body: Buffer.alloc(100 * 1024 * 1024, 'x') });
    expect(answer.status).toBe(413);
    await lastResponse();
    const [request] = tape.of('http.request');
    expect(request?.body.text).toMatch(/^x{1000,262144}$/);
    expect(request).not.toHaveProperty('json');
    expect(request?.body.truncated).toEqual({
      bytes: 104_857_600,
      sha256: '5b05b298e974f3b9e40f0a1a8188f50984a4f18fb329e050324296632d3d9dfc',
    });
  }, 20_000);

  test('survives bytes that are no HTTP, a broken body, and a client that leaves in the middle', async () => {
    const raw = async (bytes: string, hangUp: boolean): Promise<string> => {
      const seen = tape.of('http.disconnected').length;
      const socket = connect(port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('error', () => undefined);
      socket.write(bytes);
      if (hangUp) {
        await eventually('the request to begin', () => service.openCalls() === 1);
        socket.destroy();
      }
      await eventually('the connection to end', () => tape.of('http.disconnected').length > seen);
      return text;
    };
    expect(await raw('\u0000\u0001 nonsense\r\n\r\n', false)).toMatch(/^HTTP\/1\.1 400/);
    expect(tape.of('http.request')).toEqual([]);
    await raw(`POST ${AUTO_ASSIGN_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"half":`, true);
    expect(await lastResponse()).toMatchObject({ status: null, ended: 'client-gone' });
    expect(tape.of('http.request')).toMatchObject([{ body: { text: '{"half":' } }]);
    expect((await assign(newIds())).status).toBe(201);
    expect(tape.of('trial.harness-error')).toEqual([]);
  });

  test('closing connections ends calls as reset by the stub', async () => {
    const ids = newIds();
    const control = service.behave(ids.studentId, { behaviour: 'hangs' });
    const call = assign(ids).catch((error: Error) => error);
    await eventually('the call to hang', () => control.fired() === 1);
    service.closeConnections();
    expect(await call).toBeInstanceOf(Error);
    expect(await lastResponse()).toMatchObject({ ended: 'reset', status: null });
    await service.close();
    await service.close();
    await expect(assign(newIds())).rejects.toThrow(/ECONNREFUSED/);
  });
});
