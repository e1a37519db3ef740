/** Both ways into a live system, as far as they are open. */
import type pg from 'pg';
import type { LiveSettings } from '../config/types.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { connectKafka, connectPostgres } from './connect.ts';
import type { Connected } from './connect.ts';
import type { LiveKafka } from './read-kafka.ts';
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

export const connect = async ({ kafka, postgres }: LiveSettings, pipeline: Pipeline): Promise<Ways> => ({
  kafka: kafka === undefined ? { why: NOT_GIVEN.kafka } : await told('Kafka', () => connectKafka(kafka, pipeline)),
  postgres:
    postgres === undefined ? { why: NOT_GIVEN.postgres } : await told('PostgreSQL', () => connectPostgres(postgres)),
});

/** What is asked that way, or why it is not open. */
export const through = <T, R>(way: Told<Connected<T>>, what: string, ask: (to: T) => Promise<R>): Promise<Told<R>> => {
  const open = valueOf(way);
  return open === undefined ? Promise.resolve({ why: 'why' in way ? way.why : '' }) : told(what, () => ask(open.to));
};
