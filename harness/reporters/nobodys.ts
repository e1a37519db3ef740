/** What the harness saw that belongs to no payment: what was done to the pipeline's tables, the database and the processes. Pure. */
import type { HistoryEvent, OwnRow } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import type { Page } from './page.ts';
import { counted, hanging } from './style.ts';

interface Seen {
  readonly seq: number;
  readonly text: string;
}

const truncated = (history: History): readonly Seen[] =>
  history.of('postgres.commit').flatMap(({ seq, writer, changes }) => {
    const tables = [...new Set(changes.flatMap(({ op, table }) => (op === 'truncate' ? [table] : [])))];
    // Which worker, PostgreSQL does not say.
    return tables.length === 0 ? [] : [{ seq, text: `${writer ?? 'a worker'} truncated ${tables.join(', ')}` }];
  });

const escaped = (history: History): readonly Seen[] =>
  history.of('process.escaped').map(({ seq, worker, pids, detail, ended }) => ({
    seq,
    text: `${worker}: ${pids.length === 1 ? 'process' : 'processes'} ${pids.join(', ')} ${detail}${ended ? '; ended by Faultline' : ''}`,
  }));

const noted = (history: History): readonly Seen[] =>
  history.of('postgres.seen').flatMap(({ seq, notes }) => notes.map((text) => ({ seq, text })));

const rowText = ({ table, text, pending }: OwnRow): string =>
  `a row in ${table}${pending === true ? ', declared as open work' : ''}: ${text}`;

/** Rows that a worker kept to itself until patience was over. */
const ownRows = (history: History): readonly Seen[] => {
  const patience = history.of('trial.patience').at(-1);
  return patience === undefined ? [] : patience.rows.map((row) => ({ seq: patience.seq, text: rowText(row) }));
};

/** Offsets that a worker committed for a group that is nobody's here. */
const foreignOffsets = (history: History): readonly Seen[] => {
  const groups = history
    .of('trial.started')
    .flatMap(({ workers }) => workers.map(({ consumerGroup }) => consumerGroup));
  return history
    .of('offsets.committed')
    .filter(({ by, group }) => by === 'worker' && !groups.includes(group))
    .map(({ seq, group, topic }) => ({
      seq,
      text: `offsets of ${topic} were committed for the group ${group}, which is none of the workers'`,
    }));
};

const malformed = (history: History): readonly Seen[] => {
  const services = new Map(history.of('http.connected').map(({ connection, service }) => [connection, service]));
  return history
    .of('http.disconnected')
    .filter((event) => event.malformed === true)
    .map(({ seq, worker, connection }) => ({
      seq,
      text: `${worker} brought what is no HTTP to ${services.get(connection) ?? 'a service'}`,
    }));
};

/** More than a worker needs for its calls. */
const MANY_CONNECTIONS = 50;

/** The most that each worker had open at the services at once, where that was many. */
const crowds = (history: History): readonly Seen[] => {
  const open = new Map<string, number>();
  const most = new Map<string, Seen & { readonly count: number }>();
  const events = [...history.of('http.connected'), ...history.of('http.disconnected')].sort((a, b) => a.seq - b.seq);
  for (const event of events) {
    const { seq, worker } = event;
    const count = (open.get(worker) ?? 0) + (event.kind === 'http.connected' ? 1 : -1);
    open.set(worker, count);
    const service = event.kind === 'http.connected' ? event.service : '';
    if (count >= MANY_CONNECTIONS && count > (most.get(worker)?.count ?? 0))
      most.set(worker, { seq, count, text: `${worker} had ${count} connections to ${service} open at once` });
  }
  return [...most.values()];
};

/** In the order it was seen; the same said twice is said once. */
export const seenOfNobody = (history: History): readonly Seen[] => {
  const all = [
    ...truncated(history),
    ...escaped(history),
    ...noted(history),
    ...foreignOffsets(history),
    ...malformed(history),
    ...crowds(history),
    ...ownRows(history),
  ];
  return [...new Map(all.map((seen) => [seen.text, seen])).values()].sort((a, b) => a.seq - b.seq);
};

const MOST_SHOWN = 8;

/** Lines with a heading and an empty one at the end; none when nothing was seen. */
export const nobodysSection = (events: readonly HistoryEvent[], page: Page): readonly string[] => {
  if (events[0]?.kind !== 'trial.started') return [];
  const history = openHistory(events);
  const seen = seenOfNobody(history);
  if (seen.length === 0) return [];
  const more = seen.length - MOST_SHOWN;
  return [
    `  ${page.colours.bold(`Seen besides, of no ${history.pipeline.subject.called}`)}`,
    ...seen.slice(0, MOST_SHOWN).flatMap(({ seq, text }) => hanging('    ', `${text} (#${seq})`, page.width)),
    ...(more > 0 ? [page.colours.dim(`    and ${counted(more, 'more line')} in history.ndjson`)] : []),
    '',
  ];
};
