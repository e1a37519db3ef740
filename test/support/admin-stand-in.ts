/** A stand-in for admin-service: like the real one unless a student was given something else for the next calls. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type pg from 'pg';

interface Call {
  readonly body: Record<string, unknown>;
  readonly response: ServerResponse;
}

/** What the stand-in does with one call. */
export type Behaviour = (call: Call, pool: pg.Pool) => void | Promise<void>;

export const send = ({ response }: Call, status: number, data: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ success: status < 300, message: `status ${status}`, data }));
};

/** Inserts the student's allocation, or finds the assigned one. */
export const writeRow = async ({ body }: Call, pool: pg.Pool, status: 'approved' | 'pending' = 'approved') => {
  const ids = [body['studentId'], body['courseId']];
  const found = await pool.query<{ id: string; trainerId: string | null }>(
    `select id, trainer_id as "trainerId" from trainer_allocations
      where student_id = $1 and course_id = $2 and status in ('approved', 'active')`,
    ids,
  );
  if (found.rows[0]) return found.rows[0];
  const row = { id: randomUUID() as string, trainerId: status === 'approved' ? (randomUUID() as string) : null };
  await pool.query(
    `insert into trainer_allocations (student_id, course_id, requested_by, id, trainer_id, status)
     values ($1, $2, $1, $3, $4, $5)`,
    [...ids, row.id, row.trainerId, status],
  );
  return row;
};

export const normal: Behaviour = async (call, pool) => send(call, 201, await writeRow(call, pool));

export const failing =
  (status: number): Behaviour =>
  (call) =>
    send(call, status, undefined);

export const startAdminStandIn = async (pool: pg.Pool) => {
  const planned = new Map<unknown, Behaviour[]>();
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = { body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>, response };
      calls.push(call);
      const behaviour = planned.get(call.body['studentId'])?.shift() ?? normal;
      Promise.resolve(behaviour(call, pool)).catch((error: unknown) => response.destroy(error as Error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** One behaviour for each of the student's next calls. */
    plan: ({ studentId }: { studentId: string }, ...behaviours: Behaviour[]) => planned.set(studentId, behaviours),
    callsOf: ({ studentId }: { studentId: string }) => calls.filter(({ body }) => body['studentId'] === studentId),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

export type AdminStandIn = Awaited<ReturnType<typeof startAdminStandIn>>;
