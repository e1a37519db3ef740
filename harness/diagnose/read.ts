/** Reads what there is of one payment in a live system: two looks, as far apart as what is concluded from them asks for. */
import { setTimeout as pause } from 'node:timers/promises';
import type { LiveSettings } from '../config/types.ts';
import { mentions, sameId } from '../history/ids.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { lookAgainAfter } from './apart.ts';
import { readCalls } from './calls/read-calls.ts';
import type { Parts } from './chosen.ts';
import { asOne, hasMoved } from './moved.ts';
import { findPair, findPayment, textOf } from './find.ts';
import type { Unfound } from './find.ts';
import { readWorkers } from './processes/read-workers.ts';
import { createLimiter } from './limiter.ts';
import type { Wanted } from './read-records.ts';
import type { Around } from './run-lines.ts';
import { readRows } from './read-rows.ts';
import type { Look, Snapshot } from './snapshot.ts';
import { valueOf } from './snapshot.ts';
import { toHistory } from './to-history.ts';
import { leftOut } from './told.ts';
import { closeAll, connect, endedBy, through } from './ways.ts';
import type { Ways } from './ways.ts';
import { subjectOf } from './whose.ts';
import type { Pair } from './whose.ts';

export interface AskedLive {
  readonly pipeline: PipelineDeclaration;
  readonly settings: LiveSettings;
  /** The payment by its correlation id, or by whose it is. */
  readonly about: { readonly payment: string } | { readonly pair: Pair };
  /** What is read at all. */
  readonly parts: Parts;
  /** Bytes of records a second. */
  readonly bytesPerSecond: number;
  /** Records of before are not read, ms since the epoch; undefined: all are. */
  readonly since: number | undefined;
  readonly progress: (line: string) => void;
  /** For programs that print logs and tell of processes. Left out: none is started, and no log is read. */
  readonly programs?: Pick<Around, 'env' | 'cwd'>;
  /** Nobody waits for it any more once this is aborted. Left out: somebody does. */
  readonly signal?: AbortSignal;
}

/** For the records of one look, ms. */
const RECORDS_DEADLINE_MS = 60_000;

/** After the first. */
const MOST_FURTHER_LOOKS = 3;

/** Whatever names the payment, or its student and course together: another payment of theirs may have what is looked for. */
export const wantedOf =
  (id: string, { studentId, courseId }: Pair): Wanted =>
  (record) => {
    const text = textOf(record);
    return (
      sameId(record.correlationId, id) || mentions(text, id) || (mentions(text, studentId) && mentions(text, courseId))
    );
  };

interface Looked {
  readonly ways: Ways;
  readonly pipeline: Pipeline;
  readonly subject: Snapshot['subject'];
  readonly wanted: Wanted;
  readonly parts: Parts;
  readonly logs: NonNullable<LiveSettings['services']>;
  readonly workers: NonNullable<LiveSettings['workers']>;
  readonly around: Around;
}

const readGroups = async ({ ways, pipeline, parts }: Looked): Promise<Look['groups']> => {
  const refused = parts.groups ? ('why' in ways.kafka ? ways.kafka : undefined) : leftOut('the groups');
  if (refused === undefined) return (await valueOf(ways.kafka)?.to.readGroups()) ?? {};
  return Object.fromEntries(pipeline.roles.map((role) => [pipeline.stage(role).group, refused]));
};

const readTables = async ({ ways, pipeline, subject, parts }: Looked): Promise<Look['rows']> =>
  parts.effects || parts.guards
    ? through(ways.postgres, 'the rows', (client) => readRows(client, pipeline, subject, parts))
    : leftOut('the rows');

const readTopics = async ({ ways, pipeline, subject, wanted, parts }: Looked): Promise<Look['topics']> => {
  if (!parts.topics) return leftOut('the topics');
  return through(ways.kafka, 'the topics', (kafka) =>
    parts.records
      ? kafka.readTopics(pipeline.topics, wanted, subject.correlationId)
      : kafka.listTopics(pipeline.topics),
  );
};

const readLogs = async ({ pipeline, subject, logs, around, parts }: Looked): Promise<Look['calls']> =>
  parts.calls
    ? readCalls(pipeline, subject, logs, around)
    : Object.fromEntries(Object.keys(logs).map((service) => [service, leftOut(`the calls of ${service}`)]));

const lookForWorkers = async ({ workers, around, parts }: Looked): Promise<Look['workers']> =>
  parts.groups ? readWorkers(workers, around) : undefined;

/** In this order: what follows from an offset is in the logs by then, what follows from a call in the rows, and from a row in the topics. */
const look = async (looked: Looked): Promise<Look> => {
  const { signal } = looked.around;
  const at = performance.now();
  const groups = await readGroups(looked);
  const workers = await lookForWorkers(looked);
  const calls = await readLogs(looked);
  signal?.throwIfAborted();
  const rows = await readTables(looked);
  const topics = await readTopics(looked);
  signal?.throwIfAborted();
  return {
    at,
    groups,
    rows,
    topics,
    ...(calls === undefined ? {} : { calls }),
    ...(workers === undefined ? {} : { workers }),
  };
};

/**
 * Reads one payment. What cannot be asked is said in the snapshot, and ends nothing. Nothing is changed there. Errors: none of
 * the systems'; the signal's reason.
 */
export const readLive = async (asked: AskedLive): Promise<Snapshot | Unfound> => {
  const pipeline = pipelineOf(asked.pipeline);
  const clocks = { wall: Date.now(), monotonic: performance.now() };
  asked.progress('connecting');
  const { signal } = asked;
  const gently = {
    limiter: createLimiter(asked.bytesPerSecond),
    since: asked.since,
    recordsMs: RECORDS_DEADLINE_MS,
  };
  const ways = await connect(asked.settings, pipeline, gently, signal);
  // What is under way is not waited for.
  const stopListening = endedBy(signal, ways);
  try {
    signal?.throwIfAborted();
    asked.progress('looking for whose it is');
    const { about } = asked;
    const found =
      'payment' in about
        ? await findPair(ways, pipeline, about.payment)
        : await findPayment(ways, pipeline, about.pair);
    if ('unfound' in found) return found;
    const { payment, pair, ownRows } = found;
    const subject = subjectOf(pipeline, payment, pair);
    const looked: Looked = {
      ways,
      pipeline,
      subject,
      wanted: wantedOf(payment, pair),
      parts: asked.parts,
      logs: asked.programs === undefined ? {} : (asked.settings.services ?? {}),
      workers: asked.programs === undefined ? {} : (asked.settings.workers ?? {}),
      around: { env: {}, cwd: '/', ...asked.programs, signal },
    };
    asked.progress('looking');
    let snapshot: Snapshot = {
      pipeline: asked.pipeline,
      subject,
      ownRows,
      clocks,
      looks: [await look(looked)],
    };
    // What changed meanwhile is looked at again; what will not stand still is said to be in work.
    for (let further = 0; further < MOST_FURTHER_LOOKS; further += 1) {
      const [first, last] = snapshot.looks;
      if (last !== undefined && !hasMoved(first, last, pipeline.deadLetterTopic)) break;
      const base = last === undefined ? first : asOne(first, last);
      const alone: Snapshot = { ...snapshot, looks: [base] };
      const again = lookAgainAfter(toHistory(alone));
      if (again === 0) return alone;
      asked.progress(`looking again in ${Math.ceil(again / 1000)} s: what stands still is told from what is slow`);
      await pause(Math.max(0, base.at + again - performance.now()), undefined, { signal });
      snapshot = { ...snapshot, looks: [base, await look(looked)] };
    }
    return snapshot;
  } finally {
    stopListening();
    await closeAll([ways.kafka, ways.postgres]);
  }
};
