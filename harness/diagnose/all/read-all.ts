/**
 * Looks through all payments of a live system, and at those of which something seems to be missing twice, as one payment is looked
 * at: by the same rules nobody is accused who is only slow. Nothing is changed there.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { LiveSettings } from '../../config/types.ts';
import { count } from '../../history/names.ts';
import type { PipelineDeclaration } from '../../pipeline/declaration.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import { createLimiter } from '../limiter.ts';
import { readWorkers } from '../processes/read-workers.ts';
import type { Around } from '../run-lines.ts';
import { valueOf } from '../snapshot.ts';
import type { Look, Snapshot, Told, TopicsSeen } from '../snapshot.ts';
import { PATIENCE_MS } from '../to-history.ts';
import { closeAll, connect, endedBy, through } from '../ways.ts';
import type { Ways } from '../ways.ts';
import { subjectOf } from '../whose.ts';
import { readOwnRows, readRows } from './many-rows.ts';
import { planOf } from './plan.ts';
import { snapshotsOf, takeRecords } from './snapshots.ts';
import type { LookAtAll, Payment } from './snapshots.ts';
import { createRecordSieve } from './sift-records.ts';
import type { RecordSieve } from './sift-records.ts';
import { siftRows, siftUntold } from './sift-rows.ts';
import type { RowsSifted, Sifting, Untold } from './sift-rows.ts';
import { createSuspects, keyOf } from './suspects.ts';
import type { Suspect } from './suspects.ts';
import { unreadTopics, wholeSince } from './whole-since.ts';

export interface AskedAll {
  readonly pipeline: PipelineDeclaration;
  readonly settings: LiveSettings;
  readonly bytesPerSecond: number;
  /** Nothing of before is looked at, ms since the epoch; undefined: all is. */
  readonly since: number | undefined;
  /** What is younger than this is in work, ms. */
  readonly ripeMs: number;
  readonly progress: (line: string) => void;
  /** For programs that tell of workers. Left out: they have nothing of it. */
  readonly programs?: Pick<Around, 'env' | 'cwd'>;
  /** Nobody waits for it any more once this is aborted. Left out: somebody does. */
  readonly signal?: AbortSignal;
}

export interface SeenAll {
  /** Of each payment that seemed to lack something, what two looks say. */
  readonly snapshots: readonly Snapshot[];
  /** Announcements that were missing at both looks: how many by kind, and some of them. */
  readonly untold: ReadonlyMap<string, { readonly count: number; readonly examples: readonly Untold[] }>;
  readonly rows: number;
  readonly records: number;
  /** Suspects that were not looked into one by one, with why. */
  readonly notLookedInto: readonly { readonly count: number; readonly why: string }[];
  /** What could not be looked through. */
  readonly unread: readonly string[];
}

/** For the records of one look, and for one going through all rows, ms. */
const LONG_MS = 900_000;
/** Somewhat more than what proves that a group stands. */
const APART_MS = PATIENCE_MS + 1000;
/** Of each kind; of more it is only counted how many there are. */
const MOST_UNTOLD = 100_000;
const EXAMPLES = 3;

interface Going {
  readonly asked: AskedAll;
  readonly pipeline: Pipeline;
  readonly ways: Ways;
}

const readGroups = async ({ pipeline, ways }: Going): Promise<Look['groups']> => {
  const open = valueOf(ways.kafka);
  if (open !== undefined) return open.to.readGroups();
  const why = 'why' in ways.kafka ? ways.kafka.why : '';
  return Object.fromEntries(pipeline.roles.map((role) => [pipeline.stage(role).group, { why }]));
};

const lookForWorkers = async ({ asked: { settings, programs, signal } }: Going): Promise<Look['workers']> =>
  programs === undefined ? undefined : readWorkers(settings.workers ?? {}, { ...programs, signal });

const readTopics = ({ pipeline, ways }: Going, { wanted }: RecordSieve): Promise<Told<TopicsSeen>> =>
  through(ways.kafka, 'the topics', (kafka) => kafka.readTopics(pipeline.topics, wanted), LONG_MS + 60_000);

const notLookedInto = (
  suspects: readonly Suspect[],
  beyond: number,
  isInWork: (suspect: Suspect) => boolean,
): SeenAll['notLookedInto'] =>
  [
    { count: beyond, why: `more than the ${suspects.length} that were looked into` },
    {
      count: suspects.filter(({ crowded }) => crowded).length,
      why: 'more records or payments of one student and course than are kept',
    },
    { count: suspects.filter(isInWork).length, why: 'something of it came only just now: it is in work' },
    { count: suspects.filter(({ ids }) => ids.size === 0).length, why: 'nothing says which payment it is of' },
  ].filter((one) => one.count > 0);

/** Announcements that were missing at the first look, by kind. */
const createUntold = () => {
  const byKind = new Map<string, { readonly kept: Untold[]; beyond: number }>();
  return {
    note: (one: Untold): void => {
      const own = byKind.get(one.kind) ?? { kept: [], beyond: 0 };
      byKind.set(one.kind, own);
      if (own.kept.length < MOST_UNTOLD) own.kept.push(one);
      else own.beyond += 1;
    },
    isAny: (): boolean => byKind.size > 0,
    left: (isLeft: (one: Untold) => boolean): SeenAll['untold'] =>
      new Map(
        [...byKind].flatMap(([kind, { kept, beyond }]) => {
          const still = kept.filter(isLeft);
          if (still.length === 0) return [];
          return [[kind, { count: still.length + beyond, examples: still.slice(0, EXAMPLES) }] as const];
        }),
      ),
  };
};

const unseenWorkers = ({ workers = {} }: LookAtAll): readonly string[] =>
  Object.values(workers).flatMap(({ seen }) => ('why' in seen ? [seen.why] : []));

/** Goes through everything once, and looks at what is suspected twice. Errors: the signal's reason. */
const goThrough = async (going: Going): Promise<SeenAll> => {
  const { asked, pipeline, ways } = going;
  const { progress, since, ripeMs, signal } = asked;
  // What failed because nobody waits for it any more is not a thing that could not be read.
  const step = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    signal?.throwIfAborted();
    return done;
  };
  const suspects = createSuspects();
  const sifting: Sifting = { pipeline, plan: planOf(pipeline), suspects, since, ripeMs, progress };
  const youngest = Date.now() - ripeMs;
  progress('going through the rows');
  const rowsGone = through(ways.postgres, 'the rows', (client) => siftRows(client, sifting), LONG_MS);
  const siftedRows = await step(rowsGone);
  const nothing: RowsSifted = { effects: new Map(), rows: 0, unread: 'why' in siftedRows ? [siftedRows.why] : [] };
  const { effects, rows, unread } = valueOf(siftedRows) ?? nothing;
  const sieve = createRecordSieve(pipeline, sifting.plan, suspects, effects, youngest);
  progress('going through the records');
  const ticking = setInterval(() => progress(`${count(sieve.count(), 'record')} read`), 1000);
  try {
    const firstTopics = await step(readTopics(going, sieve));
    suspects.close();
    const untold = createUntold();
    const from = wholeSince(pipeline, valueOf(firstTopics));
    const toldOf = through(
      ways.postgres,
      'the rows that were told of',
      (client) => siftUntold(client, sifting, sieve.told, from, untold.note),
      LONG_MS,
    );
    const told = await step(toldOf);
    clearInterval(ticking);
    const isInWork = ({ pair }: Suspect): boolean => sieve.young.has(keyOf(pair));
    const payments = suspects
      .all()
      .filter((suspect) => !suspect.crowded && !isInWork(suspect))
      .flatMap((suspect) =>
        [...suspect.ids].map((id): Payment => ({ suspect, subject: subjectOf(pipeline, id, suspect.pair) })),
      );
    const subjects = payments.map(({ subject }) => subject);
    progress(`looking at ${count(payments.length, pipeline.subject.called)}`);
    const groups = await step(readGroups(going));
    const workers = await step(lookForWorkers(going));
    const firstRows = await step(readRows(going, subjects));
    const ownRows = await step(readOwnRows(going, subjects));
    const clocks = { wall: Date.now(), monotonic: performance.now() };
    const first: LookAtAll = {
      at: clocks.monotonic,
      groups,
      workers,
      rows: firstRows,
      topics: firstTopics,
      records: takeRecords(suspects.all()),
    };
    if (payments.length > 0 || untold.isAny()) {
      progress(`looking again in ${APART_MS / 1000} s: what stands still is told from what is slow`);
      await pause(APART_MS, undefined, { signal });
    }
    const at = performance.now();
    const second: LookAtAll = {
      at,
      groups: await step(readGroups(going)),
      workers: await step(lookForWorkers(going)),
      rows: await step(readRows(going, subjects)),
      topics: await step(readTopics(going, sieve)),
      records: takeRecords(suspects.all()),
    };
    const still = wholeSince(pipeline, valueOf(second.topics));
    const isLeft = ({ type, pair }: Untold): boolean =>
      still.has(type) && sieve.told.get(type)?.has(keyOf(pair)) === false;
    return {
      snapshots: snapshotsOf({ pipeline: asked.pipeline, clocks, payments, ownRows, looks: [first, second] }),
      untold: untold.left(isLeft),
      rows,
      records: sieve.count(),
      notLookedInto: notLookedInto(suspects.all(), suspects.beyond(), isInWork),
      unread: [
        ...unread,
        ...('why' in told ? [told.why] : []),
        // With nobody who waits for them it does not matter.
        ...(payments.length === 0 ? [] : unseenWorkers(second)),
        ...unreadTopics([firstTopics, second.topics]),
        ...sifting.plan.leftOut.map((name) => `${name}: its rows say of no student and course`),
      ],
    };
  } finally {
    clearInterval(ticking);
  }
};

/** What cannot be asked is said, and ends nothing. Errors: none of the systems'; the signal's reason. */
export const readAll = async (asked: AskedAll): Promise<SeenAll> => {
  const pipeline = pipelineOf(asked.pipeline);
  asked.progress('connecting');
  const gently = {
    limiter: createLimiter(asked.bytesPerSecond),
    since: asked.since,
    recordsMs: LONG_MS,
    every: true,
  } as const;
  const ways = await connect(asked.settings, pipeline, gently, asked.signal);
  const stopListening = endedBy(asked.signal, ways);
  try {
    return await goThrough({ asked, pipeline, ways });
  } finally {
    stopListening();
    await closeAll([ways.kafka, ways.postgres]);
  }
};
