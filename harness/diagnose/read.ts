/** Reads what there is of one payment in a live system: two looks, as far apart as what is concluded from them asks for. */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { LiveSettings } from '../config/types.ts';
import { mentions, sameId } from '../history/ids.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { lookAgainAfter } from './apart.ts';
import { asOne, hasMoved } from './moved.ts';
import { connectKafka, connectPostgres } from './connect.ts';
import type { Connected } from './connect.ts';
import type { LiveKafka, Wanted } from './read-kafka.ts';
import { readRows, readTraces } from './read-rows.ts';
import type { Look, RowSeen, Snapshot, Told } from './snapshot.ts';
import { valueOf } from './snapshot.ts';
import { toHistory } from './to-history.ts';
import { told } from './told.ts';
import { pairInRecords, pairInRows, subjectOf } from './whose.ts';
import type { Pair } from './whose.ts';

export interface AskedLive {
  readonly pipeline: PipelineDeclaration;
  readonly settings: LiveSettings;
  /** The payment's correlation id. */
  readonly payment: string;
  /** Whose it is, where that is known already. */
  readonly pair?: Pair | undefined;
  readonly progress: (line: string) => void;
}

/** After the first. */
const MOST_FURTHER_LOOKS = 3;

/** Nothing tells whose the payment is: what was looked through for that, and what could not be. */
export interface Unfound {
  readonly unfound: true;
  readonly looked: readonly string[];
  readonly unanswered: readonly string[];
}

interface Ways {
  readonly kafka: Told<Connected<LiveKafka>>;
  readonly postgres: Told<Connected<pg.Client>>;
}

const NOT_GIVEN = {
  kafka: 'no address of a broker was given',
  postgres: 'no address of a database was given',
} as const;

const connect = async ({ kafka, postgres }: LiveSettings, pipeline: Pipeline): Promise<Ways> => ({
  kafka: kafka === undefined ? { why: NOT_GIVEN.kafka } : await told('Kafka', () => connectKafka(kafka, pipeline)),
  postgres:
    postgres === undefined ? { why: NOT_GIVEN.postgres } : await told('PostgreSQL', () => connectPostgres(postgres)),
});

const through = <T, R>(way: Told<Connected<T>>, what: string, ask: (to: T) => Promise<R>): Promise<Told<R>> => {
  const open = valueOf(way);
  return open === undefined ? Promise.resolve({ why: 'why' in way ? way.why : '' }) : told(what, () => ask(open.to));
};

const textOf = (record: Parameters<Wanted>[0]): string =>
  [record.key ?? '', record.value?.text ?? '', ...Object.values(record.headers)].join('\n');

/** Whatever names the payment, or its student and course together: another payment of theirs may have what is looked for. */
const wantedOf =
  (id: string, { studentId, courseId }: Pair): Wanted =>
  (record) => {
    const text = textOf(record);
    return (
      sameId(record.correlationId, id) || mentions(text, id) || (mentions(text, studentId) && mentions(text, courseId))
    );
  };

const flat = <T>(one: Told<Told<T>>): Told<T> => ('value' in one ? one.value : one);

const findPair = async (ways: Ways, pipeline: Pipeline, id: string): Promise<Pair | Unfound> => {
  const { table } = pipeline.subject;
  const rows: Told<readonly RowSeen[]> =
    table === undefined
      ? { value: [] }
      : flat(await through(ways.postgres, 'its row', (client) => readTraces(client, { pipeline, table, id })));
  const byRow = pairInRows(pipeline, valueOf(rows) ?? []);
  if (byRow !== undefined) return byRow;
  const records = await through(ways.kafka, 'its records', (kafka) =>
    kafka.scan(pipeline.topics, (record) => mentions(textOf(record), id)),
  );
  const byRecord = pairInRecords(pipeline, id, valueOf(records) ?? []);
  if (byRecord !== undefined) return byRecord;
  return {
    unfound: true,
    looked: [
      ...('value' in rows && table !== undefined ? [`the table ${table}`] : []),
      ...('value' in records ? ['the topics'] : []),
    ],
    unanswered: [rows, records].flatMap((each) => ('why' in each ? [each.why] : [])),
  };
};

/** In this order: what follows from an offset is in the rows by then, and what follows from a row in the topics. */
const look = async (ways: Ways, pipeline: Pipeline, subject: Snapshot['subject'], wanted: Wanted): Promise<Look> => {
  const at = performance.now();
  const unreached = 'why' in ways.kafka ? ways.kafka.why : undefined;
  const groups =
    unreached === undefined
      ? ((await valueOf(ways.kafka)?.to.readGroups()) ?? {})
      : Object.fromEntries(pipeline.roles.map((role) => [pipeline.stage(role).group, { why: unreached }]));
  const rows = await through(ways.postgres, 'the rows', (client) => readRows(client, pipeline, subject));
  const topics = await through(ways.kafka, 'the topics', (kafka) => kafka.readTopics(pipeline.topics, wanted));
  return { at, groups, topics, rows };
};

const isUnfound = (found: Pair | Unfound): found is Unfound => 'unfound' in found;

/**
 * Reads one payment. What cannot be asked is said in the snapshot, and ends nothing. Nothing is changed there. Errors: none of
 * the systems'.
 */
export const readLive = async (asked: AskedLive): Promise<Snapshot | Unfound> => {
  const pipeline = pipelineOf(asked.pipeline);
  const clocks = { wall: Date.now(), monotonic: performance.now() };
  asked.progress('connecting');
  const ways = await connect(asked.settings, pipeline);
  try {
    asked.progress('looking for whose it is');
    const pair = asked.pair ?? (await findPair(ways, pipeline, asked.payment));
    if (isUnfound(pair)) return pair;
    const subject = subjectOf(pipeline, asked.payment, pair);
    const wanted = wantedOf(asked.payment, pair);
    asked.progress('looking');
    let snapshot: Snapshot = {
      pipeline: asked.pipeline,
      subject,
      clocks,
      looks: [await look(ways, pipeline, subject, wanted)],
    };
    // What changed meanwhile is looked at again; what will not stand still is said to be in work.
    for (let further = 0; further < MOST_FURTHER_LOOKS; further += 1) {
      const [first, last] = snapshot.looks;
      if (last !== undefined && !hasMoved(first, last)) break;
      const base = last === undefined ? first : asOne(first, last);
      const alone: Snapshot = { ...snapshot, looks: [base] };
      const again = lookAgainAfter(toHistory(alone));
      if (again === 0) return alone;
      asked.progress(`looking again in ${Math.ceil(again / 1000)} s: what stands still is told from what is slow`);
      await pause(Math.max(0, base.at + again - performance.now()));
      snapshot = { ...snapshot, looks: [base, await look(ways, pipeline, subject, wanted)] };
    }
    return snapshot;
  } finally {
    for (const way of [ways.kafka, ways.postgres]) await valueOf<Connected<unknown>>(way)?.close();
  }
};
