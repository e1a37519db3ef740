/** Calls at admin-service of a built history. */
import { AUTO_ASSIGN_PATH } from '../../pipeline/testing.ts';
import type { HttpFalsehood, Subject } from '../events.ts';
import type { Log } from './log.ts';
import { idOf } from './values.ts';

export interface CallOptions {
  /** What admin-service was told to do. Default: normal. */
  readonly behaviour?: string;
  /** Null: no answer. Default 201. */
  readonly status?: number | null;
  /** The allocation's id in the answer. */
  readonly id?: string;
  readonly falsified?: readonly HttpFalsehood[];
  /** Put over the allocation in the answer; anything but an object takes its place. */
  readonly data?: unknown;
  /** Instead of the answer's JSON. */
  readonly json?: unknown;
}

export interface RequestOptions {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The payment it says it is about, as the stub reads it. */
  readonly correlationId?: string;
  readonly worker?: string;
  /** Default: the one that the shipped pipeline has. */
  readonly service?: string;
  /** Put over the fields of the body; undefined removes a field. */
  readonly body?: Readonly<Record<string, unknown>>;
}

const AT = '2026-12-01T10:00:00.000Z';

const allocationOf = ({ name, studentId, courseId }: Subject, pending: boolean, id?: string) => ({
  id: id ?? idOf('allocation', name),
  studentId,
  courseId,
  trainerId: pending ? null : idOf('trainer', name),
  requestedBy: studentId,
  requestedAt: AT,
  status: pending ? 'pending' : 'approved',
  allocatedBy: pending ? null : 'admin',
  allocatedAt: pending ? null : AT,
  rejectedBy: null,
  rejectedAt: null,
  rejectionReason: null,
  notes: '',
  metadata: {},
  createdAt: AT,
  updatedAt: AT,
});

const answerOf = (of: Subject, status: number, { id, data }: CallOptions): unknown => {
  if (status >= 300)
    return { success: false, message: 'boom', errors: status === 400 ? [{ field: 'date', message: 'no' }] : [] };
  const allocation = allocationOf(of, status === 202, id);
  const told = typeof data === 'object' && data !== null ? { ...allocation, ...data } : (data ?? allocation);
  return { success: true, message: 'done', data: told };
};

export const callParts = ({ add, subject }: Log) => {
  let call = 0;
  const latest = new Map<string, number>();

  /** A request over a connection of its own; returns the call's id. */
  const request = (name?: string, options: RequestOptions = {}): number => {
    const { path = AUTO_ASSIGN_PATH, method = 'POST', headers = {}, body = {}, correlationId } = options;
    const of = subject(name);
    call += 1;
    latest.set(of.name, call);
    const { worker = 'allocation-worker', service = 'admin-service' } = options;
    const { studentId, courseId } = of;
    const whole = { studentId, courseId, timeSlot: '4:00 PM', date: '2026-12-01', ...body };
    const json = JSON.parse(JSON.stringify(whole)) as unknown;
    add({ kind: 'http.connected', source: 'http', connection: call, worker, service });
    add({
      kind: 'http.request',
      source: 'http',
      ...(correlationId === undefined ? {} : { correlationId }),
      call,
      connection: call,
      worker,
      service,
      method,
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: { text: JSON.stringify(json) },
      json,
    });
    return call;
  };

  const respond = (to: number, name?: string, options: CallOptions = {}): number => {
    const status = options.status === undefined ? 201 : options.status;
    const json =
      status === null
        ? undefined
        : options.json === undefined
          ? answerOf(subject(name), status, options)
          : options.json;
    return add({
      kind: 'http.response',
      source: 'http',
      call: to,
      status,
      body: json === undefined ? null : { text: JSON.stringify(json) },
      ...(json === undefined ? {} : { json }),
      behaviour: options.behaviour ?? 'normal',
      falsified: options.falsified ?? [],
      ended: status === null ? 'reset' : 'answered',
    });
  };

  /** A request that is none of the pipeline's, and its answer. */
  const healthCheck = (worker = 'allocation-worker'): number => {
    const check = request(undefined, { method: 'GET', path: '/health', worker });
    return respond(check, undefined, { status: 200, json: { ok: true } });
  };

  return { request, respond, healthCheck, lastCall: (name: string): number => latest.get(name) ?? call };
};
