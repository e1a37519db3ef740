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
  /** How many events. */
  length(): number;
  /** Records that carry the payment's id, in this topic or in any; what lay in a topic that was deleted since is gone. */
  records(who: Who, topic?: string): readonly HistoryEvent<'kafka.record'>[];
  /** Rows of the student, or marks of the payment, as they were written, in this table or in any. */
  rows(who: Who, table?: string): readonly SeenRow[];
  /** Calls at a service that name the student. */
  calls(who: Who): readonly HistoryEvent<'http.request'>[];
  /** How those were answered, where they were. */
  statuses(who: Who): readonly number[];
  /** Calls that failed, or were said to be done and were not: of those that name the student, or name nobody. */
  failures(who: Who): number;
  /** Does the group stand there: was it the last that was committed, or set, when so much was recorded, or did it come since? */
  stands(group: string, partition: string, offset: number, at: number): boolean;
  /** Was the topic deleted, and not made anew? */
  isGone(topic: string): boolean;
  /** Is the group's last commit there past the record? */
  isPast(group: string, record: HistoryEvent<'kafka.record'>): boolean;
}

const STUDENT = /student/i;

export const createRecorded = (): Recorded => {
  const events: HistoryEvent[] = [];
  const of = <K extends EventKind>(kind: K): readonly HistoryEvent<K>[] =>
    events.filter((event) => event.kind === kind) as unknown as readonly HistoryEvent<K>[];
  const calls: Recorded['calls'] = ({ studentId }) =>
    of('http.request').filter(({ body }) => JSON.stringify(body).includes(studentId));
  const deletedAfter = (topic: string, seq: number): boolean =>
    of('kafka.topic-deleted').some((one) => one.topic === topic && one.seq > seq);
  return {
    append: (event) => void events.push(event),
    of,
    length: () => events.length,
    records: ({ correlationId }, topic) =>
      of('kafka.record').filter(
        (one) =>
          (topic === undefined || one.topic === topic) &&
          !deletedAfter(one.topic, one.seq) &&
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
    failures: (who) => {
      const nobodys = of('http.request').filter(
        ({ method, body }) => method === 'POST' && !STUDENT.test(JSON.stringify(body)),
      );
      const meant = new Set([...calls(who), ...nobodys].map(({ call }) => call));
      return of('http.response').filter(
        ({ call, status, falsified }) => meant.has(call) && (status === null || status >= 400 || falsified.length > 0),
      ).length;
    },
    stands: (group, partition, offset, at) => {
      const isMeant = (one: HistoryEvent): one is HistoryEvent<'offsets.committed'> =>
        one.kind === 'offsets.committed' && one.group === group && `${one.topic}-${one.partition}` === partition;
      const last = events.slice(0, at).filter(isMeant).at(-1);
      return [...(last === undefined ? [] : [last]), ...events.slice(at).filter(isMeant)].some(
        (one) => one.offset === offset,
      );
    },
    isGone: (topic) => {
      const deleted = of('kafka.topic-deleted').findLast((one) => one.topic === topic);
      const created = of('kafka.topic-created').findLast((one) => one.topic === topic);
      return deleted !== undefined && (created === undefined || created.seq < deleted.seq);
    },
    isPast: (group, record) => {
      const last = of('offsets.committed').findLast(
        (one) => one.group === group && one.topic === record.topic && one.partition === record.partition,
      );
      return last !== undefined && last.offset > record.offset;
    },
  };
};
