/** The ways to a live Kafka and PostgreSQL: the same as to a shared cluster, and nothing is made or checked there. */
import pg from 'pg';
import { withDeadline } from '../base/waiting.ts';
import { hostAndPort } from '../base/host-and-port.ts';
import { wayTo } from '../base/sealed-socket.ts';
import type { LiveSettings } from '../config/types.ts';
import { readValue } from '../recorder/postgres-values.ts';
import { READING, openBrokers } from '../environment/external/kafka-brokers.ts';
import { openPostgresGateway } from '../environment/external/postgres-gateway.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { openLiveKafka } from './read-kafka.ts';
import type { Gently, LiveKafka } from './read-kafka.ts';

const CONNECT_DEADLINE_MS = 12_000;
/** For one answer, also of a network that gives none, ms. */
const ANSWER_DEADLINE_MS = 15_000;
/** For an orderly end, ms. */
const END_DEADLINE_MS = 2_000;

export interface Connected<T> {
  readonly to: T;
  /** Ends what is under way, of a step that is late: it fails. */
  abandon(): void;
  close(): Promise<void>;
}

/** Errors: what the network, TLS or the brokers said, as FaultlineError 'environment'. */
export const connectKafka = async (
  settings: NonNullable<LiveSettings['kafka']>,
  pipeline: Pipeline,
  gently: Gently,
): Promise<Connected<LiveKafka>> => {
  const { address, close } = await openBrokers(settings, () => undefined, READING);
  const to = openLiveKafka(address, pipeline, gently);
  return {
    to,
    abandon: () => to.abandon(),
    close: async () => {
      to.close();
      await close();
    },
  };
};

/** Values as a history holds them. */
const types = {
  getTypeParser: (oid: number) => (text: string) => readValue(oid, Buffer.from(text)),
} as unknown as pg.CustomTypesConfig;

/** Errors: what the network, TLS or the server said. */
export const connectPostgres = async (
  settings: NonNullable<LiveSettings['postgres']>,
): Promise<Connected<pg.Client>> => {
  const { host, port, user, password, database, tls, plaintext } = settings;
  const refusals: string[] = [];
  const gateway = await openPostgresGateway(
    { server: { host, port }, tls, plaintext },
    ({ message }) => void refusals.push(message),
    { sealed: true },
  );
  const client = new pg.Client({
    ...wayTo(gateway.address),
    user,
    password,
    database,
    types,
    application_name: 'faultline diagnose',
    connectionTimeoutMillis: CONNECT_DEADLINE_MS,
    query_timeout: ANSWER_DEADLINE_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await gateway.close();
    const why = refusals[0] ?? (error instanceof Error ? error.message : String(error));
    throw new Error(`${hostAndPort({ host, port })}: ${why}`, { cause: error });
  }
  return {
    to: client,
    // Statements of two steps must not come between one another: nothing more is asked on this connection.
    abandon: () => void client.end().catch(() => undefined),
    close: async () => {
      // The gateway ends what is left of a connection that does not end itself.
      await withDeadline(client.end(), END_DEADLINE_MS, 'ending the connection').catch(() => undefined);
      await gateway.close();
    },
  };
};
