/** Histories of any length, made of one that was recorded: its five payments again and again, each time other ones. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packageRoot } from '../../harness/base/package-root.ts';
import type { HistoryEvent } from '../../harness/history/events.ts';
import { parseHistory } from '../../harness/history/testing/parse.ts';

const TEMPLATE = 'test/histories/hardened/healthy.ndjson.gz';

/** What happens once, whoever paid; all else is about the payments. */
const ONCE: readonly string[] = [
  'trial',
  'process',
  'wire.traffic',
  'kafka.positions',
  'offsets.group-described',
  'kafka.topics',
];

const isOnce = ({ kind, source }: HistoryEvent): boolean =>
  kind !== 'process.log' && (ONCE.includes(kind) || ONCE.includes(source));

const UUIDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Another id for each copy; what the whole trial has in common (members of groups) is not among what is copied. */
const anotherId = (uuid: string, copy: number): string =>
  copy === 0 ? uuid : `${copy.toString(16).padStart(8, '0')}${uuid.slice(8)}`;

const copied = <T>(value: T, copy: number): T =>
  JSON.parse(JSON.stringify(value).replaceAll(UUIDS, (uuid) => anotherId(uuid, copy))) as T;

interface Steps {
  readonly seq: number;
  readonly at: number;
  readonly lsn: bigint;
  readonly xid: number;
  readonly call: number;
  readonly connection: number;
  readonly position: number;
  readonly offsets: ReadonlyMap<string, number>;
}

/** By how much each position goes on from one copy to the next: as far as the events of one copy reach. */
const stepsOf = (events: readonly HistoryEvent[]): Steps => {
  const offsets = new Map<string, number>();
  for (const event of events)
    if (event.kind === 'kafka.record') {
      const key = `${event.topic} ${event.partition}`;
      offsets.set(key, (offsets.get(key) ?? 0) + 1);
    }
  const lsns = events.flatMap((event) => (event.kind === 'postgres.commit' ? [BigInt(`0x${event.lsn}`)] : []));
  const [first, last] = [lsns[0] ?? 0n, lsns.at(-1) ?? 0n];
  return {
    seq: events.length,
    at: (events.at(-1)?.at ?? 0) - (events[0]?.at ?? 0) + 1,
    lsn: last - first + 1n,
    xid: events.length,
    call: events.length,
    connection: events.length,
    position: events.length,
    offsets,
  };
};

const placed = (event: HistoryEvent, copy: number, steps: Steps): HistoryEvent => {
  const at = event.at + copy * steps.at;
  const offsetStep = (topic: string, partition: number): number =>
    copy * (steps.offsets.get(`${topic} ${partition}`) ?? 0);
  switch (event.kind) {
    case 'postgres.commit': {
      const lsn = (BigInt(`0x${event.lsn}`) + BigInt(copy) * steps.lsn).toString(16).padStart(event.lsn.length, '0');
      return { ...event, at, lsn, xid: event.xid + copy * steps.xid, committedAt: event.committedAt + copy * steps.at };
    }
    case 'kafka.record': {
      const offset = event.offset + offsetStep(event.topic, event.partition);
      return { ...event, at, offset, timestamp: event.timestamp + Math.floor(copy * steps.at) };
    }
    case 'kafka.produced':
      return { ...event, at, offset: event.offset + offsetStep(event.topic, event.partition) };
    case 'offsets.committed': {
      const offset = event.offset + offsetStep(event.topic, event.partition);
      return { ...event, at, offset, position: event.position + copy * steps.position };
    }
    case 'http.request':
    case 'http.response':
    case 'http.effect':
    case 'http.connected':
    case 'http.disconnected':
    case 'wire.connected': {
      const { call, connection } = event as { readonly call?: number; readonly connection?: number };
      return {
        ...event,
        at,
        ...(call === undefined ? {} : { call: call + copy * steps.call }),
        ...(connection === undefined ? {} : { connection: connection + copy * steps.connection }),
      } as HistoryEvent;
    }
    default:
      return { ...event, at };
  }
};

/** The events of a history of at least so many, one after the other; all of it is right. */
export function* recordedEvents(length: number): Generator<HistoryEvent, void> {
  const template = parseHistory(gunzipSync(readFileSync(join(packageRoot, TEMPLATE))).toString('utf8'), TEMPLATE);
  const [started] = template;
  if (started?.kind !== 'trial.started') throw new Error(`${TEMPLATE} does not begin with trial.started`);
  const body = template.filter((event) => !isOnce(event));
  const firstOfBody = body[0]?.seq ?? 0;
  const [before, after] = [
    template.filter((event) => isOnce(event) && event.seq < firstOfBody),
    template.filter((event) => isOnce(event) && event.seq > firstOfBody),
  ];
  const copies = Math.max(1, Math.ceil((length - before.length - after.length) / body.length));
  const steps = stepsOf(body);
  const subjects = Array.from({ length: copies }, (_, copy) =>
    started.subjects.map((subject) => ({ ...copied(subject, copy), name: `${subject.name}${copy + 1}` })),
  ).flat();
  yield { ...started, subjects };
  let seq = 1;
  const next = (event: HistoryEvent): HistoryEvent => {
    seq += 1;
    return event.kind === 'trial.observed' ? { ...event, seq, upTo: seq - 1 } : { ...event, seq };
  };
  for (const event of before.slice(1)) yield next(event);
  for (let copy = 0; copy < copies; copy += 1)
    for (const event of body) yield next(placed(copied(event, copy), copy, steps));
  const late = copies * steps.at;
  for (const event of after) yield next({ ...event, at: event.at + late });
}
