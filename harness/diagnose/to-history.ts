/**
 * A snapshot as a history, so that what judges trials judges a live system. What the system does not tell stays unsaid: in which
 * order rows were committed and by whom, how a group came to stand where it stands, whether a process lives.
 */
import { isDeepStrictEqual } from 'node:util';
import { declarationHash } from '../history/declared.ts';
import type { HistoryEvent, LivePosition, LiveReading, NewEvent, Subject } from '../history/events.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { callEvents, logsRead } from './calls/call-events.ts';
import { clocksIn } from './clocks.ts';
import { gapsIn } from './gaps.ts';
import { stoodStill } from './moved.ts';
import { partitionIn, positionsIn } from './positions.ts';
import { workerEvents, workersLookedFor } from './processes/worker-events.ts';
import { valueOf } from './snapshot.ts';
import type { Look, PartitionSeen, RowsSeen, Snapshot } from './snapshot.ts';
import { othersOf } from './whose.ts';

/** Who wrote a row is told by no row. */
export const UNKNOWN_WRITER = 'an unknown writer';

/** Of rows that were read as one state nothing is before anything else. */
const ONE_MOMENT = '0'.repeat(16);

/** Two looks that are as far apart as this see what would have come meanwhile, ms: who waits for an upstream comes back within it. */
export const PATIENCE_MS = 15_000;

/** The payment that is asked about first. */
const subjectsOf = ({ pipeline, subject, looks }: Snapshot): readonly Subject[] => {
  const records = looks.flatMap(({ topics }) => valueOf(topics)?.records ?? []);
  return [subject, ...othersOf(pipelineOf(pipeline), subject, records)];
};

const startedOf = (snapshot: Snapshot): NewEvent<'trial.started'> => {
  const { pipeline, clocks } = snapshot;
  return {
    kind: 'trial.started',
    source: 'trial',
    scenario: 'live',
    seed: 0,
    subjects: subjectsOf(snapshot),
    // A part that nobody is known to play would be one that was never deployed.
    workers: pipelineOf(pipeline).way.map(({ role, stage: { group } }) => ({ name: role, role, consumerGroup: group })),
    workerSet: 'live',
    pipeline,
    declared: declarationHash(pipeline),
    quietMs: 0,
    clocks,
    sharedClock: false,
    versions: {},
    catalogue: { invariants: [], causes: [] },
  };
};

const topicEvents = ({ topics }: Look): readonly NewEvent[] => {
  const seen = valueOf(topics);
  if (seen === undefined) return [];
  const there = seen.there.map(({ name }) => name);
  // Of a topic that nobody let us see it is not known that it is missing.
  const known = [...there, ...Object.keys(seen.hidden)];
  return [{ kind: 'kafka.topics', source: 'kafka', topics: known }, ...seen.records];
};

const groupEvents = (look: Look, before: Look | undefined): readonly NewEvent[] => {
  const earlier = before === undefined ? [] : positionsIn(before);
  const groups = Object.keys(look.groups);
  const described = Object.entries(look.groups).flatMap(([group, told]): NewEvent[] => {
    const seen = valueOf(told);
    if (seen === undefined) return [];
    return [{ kind: 'offsets.group-described', source: 'offsets', group, state: seen.state, members: seen.members }];
  });
  const committed = positionsIn(look)
    // What is past the end belongs to another life of the topic.
    .filter(({ offset, end }) => end === undefined || offset <= end)
    .filter((one) => !earlier.some((was) => isDeepStrictEqual({ ...was, end: 0 }, { ...one, end: 0 })))
    .map(({ group, topic, partition, offset }, i): NewEvent<'offsets.committed'> => ({
      kind: 'offsets.committed',
      source: 'offsets',
      position: (before === undefined ? 0 : 1_000_000) + i,
      log: groups.indexOf(group),
      group,
      topic,
      partition,
      offset,
      by: 'worker',
    }));
  return [...described, ...committed];
};

const rowEvents = ({ tables, now }: RowsSeen): readonly NewEvent<'postgres.commit'>[] =>
  tables.flatMap(({ table, rows }) =>
    (valueOf(rows) ?? []).map((row) => ({
      kind: 'postgres.commit',
      source: 'postgres',
      lsn: ONE_MOMENT,
      xid: 0,
      committedAt: now,
      writer: UNKNOWN_WRITER,
      changes: [{ table, op: 'insert', row }],
    })),
  );

const patienceIn = (snapshot: Snapshot): readonly NewEvent<'trial.patience'>[] => {
  const [first, ...others] = snapshot.looks;
  const last = others.at(-1);
  if (last === undefined || last.at - first.at < PATIENCE_MS || !stoodStill(snapshot, first, last)) return [];
  const waitedMs = last.at - first.at;
  return [{ kind: 'trial.patience', source: 'trial', ms: PATIENCE_MS, waitedMs, why: 'between two looks', rows: [] }];
};

/** Where retention took records; what somebody chose not to read is still there. */
const whatIsLeft = (seen: PartitionSeen | undefined): Pick<LivePosition, 'first' | 'since'> =>
  seen === undefined || seen.first === 0 || seen.skipped === true
    ? {}
    : { first: seen.first, ...(seen.since === undefined ? {} : { since: seen.since }) };

const livePositions = (first: Look, last: Look): readonly LivePosition[] => {
  const before = last === first ? [] : positionsIn(first);
  return positionsIn(last).map(({ end, ...one }) => {
    const was = before.find(
      ({ group, topic, partition }) => group === one.group && topic === one.topic && partition === one.partition,
    );
    return {
      ...one,
      ...(was === undefined ? {} : { was: was.offset }),
      ...(end === undefined ? {} : { end }),
      ...whatIsLeft(partitionIn(last, one.topic, one.partition)),
    };
  });
};

const readIn = ({ topics, rows }: Look): NonNullable<LiveReading['read']> => ({
  topics: (valueOf(topics)?.there ?? []).flatMap(({ name, partitions }) => (partitions.length === 0 ? [] : [name])),
  tables: (valueOf(rows)?.tables ?? []).flatMap((one) => ('value' in one.rows ? [one.table] : [])),
});

/** The history that the snapshot tells. Its last event says which of its sources are complete, and why the others are not. */
export const toHistory = (snapshot: Snapshot): readonly HistoryEvent[] => {
  const events: HistoryEvent[] = [];
  const add = (at: number, list: readonly NewEvent[]): void => {
    for (const event of list) events.push({ ...event, seq: events.length + 1, at } as HistoryEvent);
  };
  const [first, ...others] = snapshot.looks;
  const last = others.at(-1) ?? first;
  const rows = valueOf(last.rows);
  const gaps = gapsIn(snapshot);
  const logs = logsRead(snapshot);
  const workers = workersLookedFor(snapshot);
  add(snapshot.clocks.monotonic, [startedOf(snapshot)]);
  add(first.at, [...topicEvents(first), ...groupEvents(first, undefined)]);
  add(last.at, patienceIn(snapshot));
  if (last !== first) add(last.at, [...topicEvents(last), ...groupEvents(last, first)]);
  add(last.at, [
    ...callEvents(snapshot),
    ...workerEvents(snapshot),
    ...(rows === undefined ? [] : rowEvents(rows)),
    {
      kind: 'trial.barrier',
      source: 'trial',
      passed: gaps.length === 0,
      missing: gaps.map(({ source }) => source),
      tookMs: last.at - snapshot.clocks.monotonic,
      live: {
        gaps,
        positions: livePositions(first, last),
        apartMs: last.at - first.at,
        read: readIn(last),
        ...(logs.length === 0 ? {} : { logs }),
        ...(workers.length === 0 ? {} : { workers }),
        clocks: clocksIn(snapshot),
      },
    },
  ]);
  return events;
};
