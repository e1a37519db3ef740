/** admin-service's stub for each test of one test file, over a database of theirs, and what calls it. */
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { createSlotDatabase } from '../../harness/database/database.ts';
import type { SlotDatabase } from '../../harness/database/slot-database.ts';
import type { Environment } from '../../harness/environment/types.ts';
import type { HistoryEvent, RecordEvent } from '../../harness/history/events.ts';
import { AUTO_ASSIGN_PATH } from '../../harness/pipeline/testing.ts';
import { naming } from '../../harness/services/rules.ts';
import { openService } from '../../harness/services/service.ts';
import type { Service } from '../../harness/services/service.ts';
import type { BehaviourControl, BehaviourSettings } from '../../harness/services/rules.ts';
import { adminService } from '../../pipelines/purchase-to-trainer/admin-service/stub.ts';
import { createTape, eventually, openPostgres } from './postgres.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';

/** What a client sees of a connection that was reset. */
export const RESET = /ECONNRESET|socket hang up/;

export interface Answer {
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
const sendTo = (
  port: number,
  { method = 'POST', path = AUTO_ASSIGN_PATH, headers = {}, body = '' }: Sent,
): Promise<Answer> =>
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

export const newIds = (): Ids => ({ studentId: randomUUID(), courseId: randomUUID() });

export interface Row {
  readonly id: string;
  readonly status: string;
  readonly trainer_id: string | null;
  readonly requested_by: string;
}

interface Rig {
  readonly environment: Environment;
  readonly database: SlotDatabase;
}

/** The stub with the ids of students alone. */
interface AdminService extends Omit<Service, 'behave'> {
  behave(studentId: string, settings: BehaviourSettings): BehaviourControl;
}

export const openAdminService = (database: SlotDatabase, record: RecordEvent): AdminService => {
  const service = openService({
    pipeline: shippedPipeline,
    name: 'admin-service',
    stub: adminService,
    database: () => database,
    record,
    seed: 7,
  });
  return { ...service, behave: (studentId, settings) => service.behave(naming(studentId), settings) };
};

interface Stub {
  readonly service: AdminService;
  readonly tape: ReturnType<typeof createTape>;
  readonly port: number;
}

const openRig = async (): Promise<Rig> => {
  const environment = await openPostgres();
  const database = await createSlotDatabase({
    environment,
    schema: { file: join(packageRoot, 'fixtures/schema.sql') },
    pipeline: shippedPipeline,
    name: 'admin_service_test',
    env: {},
    record: () => 0,
  });
  return { environment, database };
};

const openStub = async (database: SlotDatabase): Promise<Stub> => {
  const tape = createTape();
  const service = openAdminService(database, tape.record);
  return { service, tape, port: await service.listenFor('allocation-worker') };
};

/** Registers the hooks; database and stub are there as soon as tests run. */
export const useAdminService = () => {
  let rig: Rig | undefined;
  let stub: Stub | undefined;
  const now = () => {
    if (!rig || !stub) throw new Error('the stub is there only inside a test');
    return { ...rig, ...stub };
  };
  beforeAll(async () => {
    rig = await openRig();
  }, 120_000);
  afterAll(async () => {
    await rig?.database.close();
    await rig?.environment.stop();
  });
  beforeEach(async () => {
    if (rig) stub = await openStub(rig.database);
  });
  afterEach(() => now().service.close());

  const send = (sent: Sent): Promise<Answer> => sendTo(now().port, sent);
  return {
    now,
    /** Calls go to that port of the stub from now on. */
    dial: (port: number): void => void (stub = { ...now(), port }),
    send,
    assign: (ids: Ids, extra: Readonly<Record<string, unknown>> = {}): Promise<Answer> =>
      send({ body: JSON.stringify({ ...ids, timeSlot: '4:00 PM', date: '2026-12-01', ...extra }) }),
    rowsOf: ({ studentId }: Ids): Promise<readonly Row[]> =>
      now().database.query<Row & Record<string, unknown>>(
        'SELECT * FROM trainer_allocations WHERE student_id = $1 ORDER BY created_at',
        [studentId],
      ),
    /** The record of the last call's end, once it is there. */
    lastResponse: async (): Promise<HistoryEvent<'http.response'>> => {
      const { service, tape } = now();
      await eventually('all calls to end', () => service.openCalls() - service.pendingEffects() === 0);
      const response = tape.of('http.response').at(-1);
      if (response === undefined) throw new Error('no response was recorded');
      return response;
    },
    effects: (): string[] =>
      now()
        .tape.of('http.effect')
        .map((event) => event.effect),
  };
};

export type AdminBench = ReturnType<typeof useAdminService>;
