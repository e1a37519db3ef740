/** Calls at admin-service of a built history. */
import { AUTO_ASSIGN_PATH } from '../../pipeline/pipeline.ts';
import type { HttpFalsehood } from '../events.ts';
import type { Log } from './log.ts';
import { idOf } from './values.ts';

export interface CallOptions {
  /** Null: no answer. Default 201. */
  readonly status?: number | null;
  /** The allocation's id in the answer. */
  readonly id?: string;
  readonly falsified?: readonly HttpFalsehood[];
  readonly data?: unknown;
}

export const callParts = ({ add, subject }: Log) => {
  let call = 0;
  const latest = new Map<string, number>();

  /** A request over a connection of its own; returns the call's id. */
  const request = (name?: string): number => {
    const of = subject(name);
    call += 1;
    latest.set(of.name, call);
    const worker = 'allocation-worker';
    const json = { studentId: of.studentId, courseId: of.courseId, timeSlot: '4:00 PM', date: '2026-12-01' };
    add({ kind: 'http.connected', source: 'http', connection: call, worker });
    add({
      kind: 'http.request',
      source: 'http',
      call,
      connection: call,
      worker,
      method: 'POST',
      path: AUTO_ASSIGN_PATH,
      headers: {},
      body: { text: JSON.stringify(json) },
      json,
    });
    return call;
  };

  const respond = (to: number, name?: string, options: CallOptions = {}): number => {
    const of = subject(name);
    const status = options.status === undefined ? 201 : options.status;
    const data = options.data ?? { id: options.id ?? idOf('allocation', of.name), trainerId: idOf('trainer', of.name) };
    const json = status === null ? undefined : status < 300 ? { success: true, data } : { success: false };
    return add({
      kind: 'http.response',
      source: 'http',
      call: to,
      status,
      body: json === undefined ? null : { text: JSON.stringify(json) },
      ...(json === undefined ? {} : { json }),
      behaviour: 'normal',
      falsified: options.falsified ?? [],
      ended: status === null ? 'reset' : 'answered',
    });
  };

  return { request, respond, lastCall: (name: string): number => latest.get(name) ?? call };
};
