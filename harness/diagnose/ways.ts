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

/** One that opens when it is too late is closed again. */
const opened = async <T>(what: string, open: () => Promise<Connected<T>>): Promise<Told<Connected<T>>> => {
  let isLate = false;
  const opening = async (): Promise<Connected<T>> => {
    const way = await open();
    if (isLate) await way.close();
    return way;
  };
  return told(what, opening, { ms: CONNECT_DEADLINE_MS, abandon: () => (isLate = true) });
};

export const connect = async (
  { kafka, postgres }: LiveSettings,
  pipeline: Pipeline,
  gently: Gently,
): Promise<Ways> => ({
  kafka:
    kafka === undefined ? { why: NOT_GIVEN.kafka } : await opened('Kafka', () => connectKafka(kafka, pipeline, gently)),
  postgres:
    postgres === undefined ? { why: NOT_GIVEN.postgres } : await opened('PostgreSQL', () => connectPostgres(postgres)),
});

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
