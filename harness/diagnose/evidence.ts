/** Events of a live system's history in words: what a finding rests on. */
import type { EventKind, HistoryEvent } from '../history/events.ts';
import { recordPosition } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { idOf } from '../history/ids.ts';
import { count } from '../history/names.ts';
import { NO_GROUP } from './standing.ts';

type Lines = { readonly [K in EventKind]?: (event: HistoryEvent<K>, history: History) => string };

const LINES: Lines = {
  'kafka.record': (event) =>
    `record ${recordPosition(event)} of ${new Date(event.timestamp).toISOString()}${event.key === null ? '' : `, key ${event.key}`}`,
  'kafka.topics': ({ topics }) => `topics that are there: ${topics.join(', ') || 'none'}`,
  'offsets.group-described': ({ group, state, members }) =>
    `group ${group}: ${state === NO_GROUP ? 'there is no such group' : state}, ${count(members.length, 'member')}`,
  'offsets.committed': ({ group, topic, partition, offset }) =>
    `group ${group} stands at ${offset} of ${topic}-${partition}`,
  'process.seen': ({ worker, state, detail }) =>
    `process of ${worker}: ${detail ?? state}${state === 'stopped' ? ' (stopped)' : ''}`,
  'process.started': ({ worker }) => `process of ${worker}: started within the last minute`,
  'http.request': ({ service, method, path, loggedAt }) =>
    `call of ${service}: ${method} ${path}${loggedAt === undefined ? '' : ` at ${new Date(loggedAt).toISOString()}, by its log`}`,
  'http.response': ({ status }) => (status === null ? 'no answer to it' : `answered ${status}`),
  'trial.barrier': ({ missing }) =>
    missing.includes('kafka')
      ? 'not every record was read'
      : 'every record that the topics have which its workers read',
  'postgres.commit': ({ changes: [change] }, { pipeline }) => {
    const { table = '', row = {} } = change ?? {};
    const key = idOf(row[table === pipeline.guard.table ? pipeline.guard.key : 'id']) ?? '(without an id)';
    const told = ['source', 'created_at', 'processed_at'].flatMap((column) =>
      row[column] === undefined ? [] : [`${column} ${String(row[column])}`],
    );
    return `row ${key} of ${table}${told.length === 0 ? '' : ` (${told.join(', ')}: what the row says of itself)`}`;
  },
};

/** One line for each of the events that there is something to say of. */
export const evidenceIn = (history: History, seqs: readonly number[]): readonly string[] =>
  seqs.flatMap((seq) => {
    const event = history.events[seq - 1];
    const line = event && (LINES[event.kind] as ((event: HistoryEvent, history: History) => string) | undefined);
    return event === undefined || line === undefined ? [] : [line(event, history)];
  });
