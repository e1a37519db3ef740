/** The lanes of the drawing: where things happen, in the order of the pipeline. The one place that names them. */
import { EVENT_TOPICS, EVENT_TYPES, ROLES, TABLES, TOPICS, WORKERS } from '../../pipeline/pipeline.ts';
import type { EventKind, HistoryEvent } from '../../history/events.ts';
import type { History } from '../../history/history.ts';

/** What a lane is about; decides its colour and its heading. */
export const LANE_GROUPS = ['fault', 'process', 'kafka', 'offsets', 'sql', 'http'] as const;

export type LaneGroup = (typeof LANE_GROUPS)[number];

export interface Lane {
  /** `kafka purchase-created`. */
  readonly id: string;
  readonly group: LaneGroup;
  /** As the drawing's head shows it. */
  readonly title: string;
}

export const GROUP_TITLES: Readonly<Record<LaneGroup, string>> = {
  fault: 'faults',
  process: 'processes',
  kafka: 'Kafka topics',
  offsets: 'offsets',
  sql: 'SQL commits',
  http: 'HTTP calls',
};

/** The lanes of an event: a commit may change several tables. Empty: it is about the trial as a whole. */
type Places = { readonly [K in EventKind]?: (event: HistoryEvent<K>) => readonly string[] };

const laneId = (group: LaneGroup, name: string): string => `${group} ${name}`;

const ADMIN_SERVICE = 'admin-service';

const process = ({ worker }: { readonly worker: string }): readonly string[] => [laneId('process', worker)];
const topic = (event: { readonly topic: string }): readonly string[] => [laneId('kafka', event.topic)];
const group = (event: { readonly group: string }): readonly string[] => [laneId('offsets', event.group)];
const fault = (): readonly string[] => [laneId('fault', 'faults')];
const http = (): readonly string[] => [laneId('http', ADMIN_SERVICE)];

const PLACES: Places = {
  'kafka.record': topic,
  'kafka.produced': topic,
  'kafka.topic-deleted': topic,
  'kafka.topic-created': topic,
  'offsets.committed': group,
  'offsets.group-changed': group,
  'offsets.group-described': group,
  'offsets.member-removed': group,
  'postgres.commit': ({ changes }) => [...new Set(changes.map(({ table }) => laneId('sql', table)))],
  'http.connected': http,
  'http.disconnected': http,
  'http.request': http,
  'http.response': http,
  'http.effect': http,
  'process.started': process,
  'process.ready': process,
  'process.exited': process,
  'process.signalled': process,
  'process.log': process,
  'process.seen': process,
  'process.escaped': process,
  'wire.connected': process,
  'wire.refused': process,
  'wire.topic-unknown': process,
  'wire.traffic': process,
  'fault.armed': fault,
  'fault.fired': fault,
  'fault.healed': fault,
};

export const lanesOfEvent = (event: HistoryEvent): readonly string[] => {
  const place = PLACES[event.kind] as ((event: HistoryEvent) => readonly string[]) | undefined;
  return place?.(event) ?? [];
};

/** The pipeline's own order; what it does not know comes after it. */
const KNOWN: Readonly<Record<LaneGroup, readonly string[]>> = {
  fault: ['faults'],
  process: ROLES,
  kafka: [...EVENT_TYPES.map((type) => EVENT_TOPICS[type]), ...TOPICS],
  offsets: ROLES.map((role) => WORKERS[role].consumerGroup),
  sql: TABLES,
  http: [ADMIN_SERVICE],
};

/** There also when nothing happens in them: an empty lane tells something too. */
const alwaysIn = (history: History): Readonly<Record<LaneGroup, readonly string[]>> => ({
  fault: [],
  process: history.started.workers.map(({ name }) => name),
  kafka: EVENT_TYPES.map((type) => EVENT_TOPICS[type]),
  offsets: history.started.workers.map(({ consumerGroup }) => consumerGroup),
  sql: TABLES.filter((table) => table !== 'payments'),
  http: [ADMIN_SERVICE],
});

/** The lanes of a drawing: those that are always there, and `used` ones, by group and in the pipeline's order. */
export const lanesOf = (history: History, used: ReadonlySet<string>): readonly Lane[] => {
  const always = alwaysIn(history);
  return LANE_GROUPS.flatMap((laneGroup) => {
    const here = [...used].flatMap((id) => (id.startsWith(`${laneGroup} `) ? [id.slice(laneGroup.length + 1)] : []));
    const all = new Set([...always[laneGroup], ...here]);
    const names = [...KNOWN[laneGroup].filter((name) => all.has(name)), ...all];
    return [...new Set(names)].map((name): Lane => ({ id: laneId(laneGroup, name), group: laneGroup, title: name }));
  });
};
