/** Transactions of a built history. A commit's own timestamp lies half a millisecond before its arrival. */
import type { EventType } from '../../pipeline/testing.ts';
import type { RowChange, Subject } from '../events.ts';
import { WALL } from './log.ts';
import type { Log } from './log.ts';
import { idOf } from './values.ts';

export interface AllocationOptions {
  readonly id?: string;
  readonly status?: string;
  readonly trainerId?: string | null;
  readonly writer?: string | null;
  /** Changes a pending row instead of inserting one. */
  readonly update?: boolean;
}

export const databaseParts = ({ events, add, subject }: Log, lastCall: (name: string) => number) => {
  let xid = 700;

  const commit = (changes: readonly RowChange[], writer: string | null = null, lateMs = -0.5): number => {
    xid += 1;
    const lsn = (xid * 16).toString(16).padStart(16, '0');
    const committedAt = WALL + events.length + 1 + lateMs;
    // None is recorded before it is made.
    const at = Math.max(events.length + 1, committedAt - WALL);
    return add({ kind: 'postgres.commit', source: 'postgres', lsn, xid, committedAt, writer, changes }, at);
  };

  const purchase = (
    name?: string,
    {
      writer = null,
      id,
      active = true,
    }: { readonly writer?: string | null; readonly id?: string; readonly active?: boolean } = {},
  ): number => {
    const of = subject(name);
    const row = {
      id: id ?? idOf('purchase', of.name),
      student_id: of.studentId,
      course_id: of.courseId,
      purchase_tier: 10,
      is_active: active,
    };
    return commit([{ table: 'student_course_purchases', op: 'insert', row }], writer);
  };

  const markChange = (type: EventType, of: Subject): RowChange => ({
    table: 'processed_events',
    op: 'insert',
    row: { event_id: `${type}-${of.name}`, event_type: type, correlation_id: of.correlationId, payload: {} },
  });

  /** The idempotency guard's row; a mark when a worker writes it. */
  const mark = (type: EventType, name?: string, writer: string | null = null): number =>
    commit([markChange(type, subject(name))], writer);

  /** By default what admin-service's stub writes for a call, which is recorded too. */
  const allocation = (name?: string, options: AllocationOptions = {}): number => {
    const of = subject(name);
    const { status = 'approved', writer = 'admin-service' } = options;
    const id = options.id ?? idOf('allocation', of.name);
    const trainer = status === 'pending' ? null : idOf('trainer', of.name);
    const row = {
      id,
      student_id: of.studentId,
      course_id: of.courseId,
      trainer_id: options.trainerId === undefined ? trainer : options.trainerId,
      status,
    };
    if (writer === 'admin-service')
      add({
        kind: 'http.effect',
        source: 'http',
        call: lastCall(of.name),
        effect: 'inserted',
        rowId: id,
        of: 'allocation',
      });
    const old = { ...row, status: 'pending', trainer_id: null };
    const change: RowChange =
      options.update === true
        ? { table: 'trainer_allocations', op: 'update', row, old }
        : { table: 'trainer_allocations', op: 'insert', row };
    return commit([change], writer);
  };

  return { commit, purchase, markChange, mark, allocation };
};
