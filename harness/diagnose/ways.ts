/** Both ways into a live system, as far as they are open. */
import type pg from 'pg';
import type { LiveSettings } from '../config/types.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { connectKafka, connectPostgres } from './connect.ts';
import type { Connected } from './connect.ts';
import type { Gently, LiveKafka } from './read-kafka.ts';
import { valueOf } from './snapshot.ts';
import type { Told } from './snapshot.ts';
import { told } from './told.ts';

export interface Ways {
  readonly kafka: Told<Connected<LiveKafka>>;
  readonly postgres: Told<Connected<pg.Client>>;
}

const NOT_GIVEN = {
  kafka: 'no address of a broker was given',
  postgres: 'no address of a database was given',
} as const;

/** For the way to one of them, and for one step on it, ms: more than all that is asked in one may take by itself. */
const CONNECT_DEADLINE_MS = 40_000;
const STEP_DEADLINE_MS = 90_000;

/** What the work gives, or as soon as the signal is aborted its reason: the work is not waited for then. */
const orAborted = async <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return work;
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

/** One that opens when it is too late is closed again. Errors: the signal's reason. */
const opened = async <T>(
  what: string,
  open: () => Promise<Connected<T>>,
  signal: AbortSignal | undefined,
): Promise<Told<Connected<T>>> => {
  signal?.throwIfAborted();
  let isLate = false;
  const opening = async (): Promise<Connected<T>> => {
    const way = await open();
    if (isLate || signal?.aborted === true) await way.close();
    return way;
  };
  return orAborted(told(what, opening, { ms: CONNECT_DEADLINE_MS, abandon: () => (isLate = true) }), signal);
};

/** Each is closed, whatever becomes of the other; what was read stays read. */
export const closeAll = async (ways: readonly Told<Pick<Connected<unknown>, 'close'>>[]): Promise<void> =>
  void (await Promise.allSettled(ways.map(async (way) => valueOf(way)?.close())));

interface Endable {
  readonly kafka: Told<Pick<Connected<Pick<LiveKafka, 'close'>>, 'to' | 'abandon'>>;
  readonly postgres: Told<Pick<Connected<unknown>, 'abandon'>>;
}

/** Once the signal is aborted what is under way fails, and nothing more is asked. Gives how to stop listening. */
export const endedBy = (signal: AbortSignal | undefined, { kafka, postgres }: Endable): (() => void) => {
  const end = (): void => {
    const [toKafka, toPostgres] = [valueOf(kafka), valueOf(postgres)];
    toKafka?.abandon();
    toKafka?.to.close();
    toPostgres?.abandon();
  };
  signal?.addEventListener('abort', end);
  if (signal?.aborted === true) end();
  return () => signal?.removeEventListener('abort', end);
};

/** Errors: the signal's reason; nothing is left open then. */
export const connect = async (
  { kafka, postgres }: LiveSettings,
  pipeline: Pipeline,
  gently: Gently,
  signal?: AbortSignal,
): Promise<Ways> => {
  const toKafka =
    kafka === undefined
      ? { why: NOT_GIVEN.kafka }
      : await opened('Kafka', () => connectKafka(kafka, pipeline, gently), signal);
  try {
    const toPostgres =
      postgres === undefined
        ? { why: NOT_GIVEN.postgres }
        : await opened('PostgreSQL', () => connectPostgres(postgres), signal);
    return { kafka: toKafka, postgres: toPostgres };
  } catch (error) {
    await closeAll([toKafka]);
    throw error;
  }
};

/** What is asked that way, or why it is not open, or did not answer in time. */
export const through = <T, R>(
  way: Told<Connected<T>>,
  what: string,
  ask: (to: T) => Promise<R>,
  ms = STEP_DEADLINE_MS,
): Promise<Told<R>> => {
  const open = valueOf(way);
  if (open === undefined) return Promise.resolve({ why: 'why' in way ? way.why : '' });
  return told(what, () => ask(open.to), { ms, abandon: () => open.abandon() });
};
