/** The lanes of the drawing: where things happen, in the order of the history's pipeline. */
import type { Pipeline } from '../../pipeline/queries.ts';
import type { EventKind, HistoryEvent } from '../../history/events.ts';
import type { History } from '../../history/history.ts';
import { perHistory } from '../../history/memo.ts';

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
type Places = { readonly [K in EventKind]?: (event: HistoryEvent<K>, services: Services) => readonly string[] };

/** The service that a call or a connection reached; undefined: its beginning is not in the history. */
interface Services {
  readonly ofCall: ReadonlyMap<number, string>;
  readonly ofConnection: ReadonlyMap<number, string>;
}

const servicesOf = perHistory((history): Services => ({
  ofCall: new Map(history.of('http.request').map(({ call, service }) => [call, service])),
  ofConnection: new Map(history.of('http.connected').map(({ connection, service }) => [connection, service])),
}));

const laneId = (group: LaneGroup, name: string): string => `${group} ${name}`;

const process = ({ worker }: { readonly worker: string }): readonly string[] => [laneId('process', worker)];
const topic = (event: { readonly topic: string }): readonly string[] => [laneId('kafka', event.topic)];
const group = (event: { readonly group: string }): readonly string[] => [laneId('offsets', event.group)];
const fault = (): readonly string[] => [laneId('fault', 'faults')];
const service = (name: string | undefined): readonly string[] => (name === undefined ? [] : [laneId('http', name)]);
const ofCall = ({ call }: { readonly call: number }, services: Services): readonly string[] =>
  service(services.ofCall.get(call));

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
  'http.connected': (event) => service(event.service),
  'http.disconnected': ({ connection }, { ofConnection }) => service(ofConnection.get(connection)),
  'http.request': (event) => service(event.service),
  'http.response': ofCall,
  'http.effect': ofCall,
  'process.started': process,
  'process.ready': process,
  'process.exited': process,
  'process.signalled': process,
  'process.log': process,
  'process.seen': process,
  'process.escaped': process,
  'wire.connected': process,
  'wire.refused': process,
  'wire.unattributed': process,
  'wire.topic-unknown': process,
  'wire.traffic': process,
  'fault.armed': fault,
  'fault.fired': fault,
  'fault.healed': fault,
};

export const lanesOfEvent = (history: History, event: HistoryEvent): readonly string[] => {
  const place = PLACES[event.kind] as ((event: HistoryEvent, services: Services) => readonly string[]) | undefined;
  return place?.(event, servicesOf(history)) ?? [];
};

/** The pipeline's own order; what it does not know comes after it. */
const knownTo = (pipeline: Pipeline): Readonly<Record<LaneGroup, readonly string[]>> => ({
  fault: ['faults'],
  process: pipeline.roles,
  kafka: [...topicsOfEvents(pipeline), ...pipeline.topics],
  offsets: pipeline.roles.map((role) => pipeline.stage(role).group),
  sql: pipeline.tables,
  http: pipeline.services,
});

const topicsOfEvents = ({ eventTypes, topicOf }: Pipeline): readonly string[] =>
  eventTypes.flatMap((type) => topicOf(type) ?? []);

/** There also when nothing happens in them: an empty lane tells something too. */
const alwaysIn = ({ started, pipeline }: History): Readonly<Record<LaneGroup, readonly string[]>> => ({
  fault: [],
  process: started.workers.map(({ name }) => name),
  kafka: topicsOfEvents(pipeline),
  offsets: started.workers.map(({ consumerGroup }) => consumerGroup),
  sql: pipeline.rowTables,
  http: pipeline.services,
});

/** The lanes of a drawing: those that are always there, and `used` ones, by group and in the pipeline's order. */
export const lanesOf = (history: History, used: ReadonlySet<string>): readonly Lane[] => {
  const [always, known] = [alwaysIn(history), knownTo(history.pipeline)];
  return LANE_GROUPS.flatMap((laneGroup) => {
    const here = [...used].flatMap((id) => (id.startsWith(`${laneGroup} `) ? [id.slice(laneGroup.length + 1)] : []));
    const all = new Set([...always[laneGroup], ...here]);
    const names = [...known[laneGroup].filter((name) => all.has(name)), ...all];
    return [...new Set(names)].map((name): Lane => ({ id: laneId(laneGroup, name), group: laneGroup, title: name }));
  });
};
