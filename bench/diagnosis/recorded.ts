/** What the harness saw happen, read by itself while it happened: what evidence is held to. */
import type { EventKind, HistoryEvent } from '../../harness/history/events.ts';
import { sameId } from '../../harness/history/ids.ts';

export interface Who {
  readonly correlationId: string;
  readonly studentId: string;
}

export interface SeenRow {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

export interface Recorded {
  append(event: HistoryEvent): void;
  of<K extends EventKind>(kind: K): readonly HistoryEvent<K>[];
  /** Records that carry the payment's id, in this topic or in any. */
  records(who: Who, topic?: string): readonly HistoryEvent<'kafka.record'>[];
  /** Rows of the student, or marks of the payment, as they were written, in this table or in any. */
  rows(who: Who, table?: string): readonly SeenRow[];
  /** Calls at a service that name the student. */
  calls(who: Who): readonly HistoryEvent<'http.request'>[];
  /** How those were answered, where they were. */
  statuses(who: Who): readonly number[];
  /** Was this offset committed by the group, or set for it? */
  committed(group: string, partition: string, offset: number): boolean;
  /** Is the group's last commit there past the record? */
  isPast(group: string, record: HistoryEvent<'kafka.record'>): boolean;
}

export const createRecorded = (): Recorded => {
  const events: HistoryEvent[] = [];
  const of = <K extends EventKind>(kind: K): readonly HistoryEvent<K>[] =>
    events.filter((event) => event.kind === kind) as unknown as readonly HistoryEvent<K>[];
  const calls: Recorded['calls'] = ({ studentId }) =>
    of('http.request').filter(({ body }) => JSON.stringify(body).includes(studentId));
  return {
    append: (event) => void events.push(event),
    of,
    records: ({ correlationId }, topic) =>
      of('kafka.record').filter(
        (one) =>
          (topic === undefined || one.topic === topic) &&
          (sameId(one.correlationId, correlationId) || sameId(one.key ?? undefined, correlationId)),
      ),
    rows: ({ correlationId, studentId }, table) =>
      of('postgres.commit')
        .flatMap(({ changes }) => changes)
        .flatMap((change) => {
          const { row } = change;
          if (row === undefined || (table !== undefined && change.table !== table)) return [];
          const isTheirs = row['student_id'] === studentId || row['correlation_id'] === correlationId;
          return isTheirs ? [{ table: change.table, row }] : [];
        }),
    calls,
    statuses: (who) => {
      const own = new Set(calls(who).map(({ call }) => call));
      return of('http.response').flatMap(({ call, status }) => (own.has(call) && status !== null ? [status] : []));
    },
    committed: (group, partition, offset) =>
      of('offsets.committed').some(
        (one) => one.group === group && `${one.topic}-${one.partition}` === partition && one.offset === offset,
      ),
    isPast: (group, record) => {
      const last = of('offsets.committed').findLast(
        (one) => one.group === group && one.topic === record.topic && one.partition === record.partition,
      );
      return last !== undefined && last.offset > record.offset;
    },
  };
};
