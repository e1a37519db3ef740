/** A service's stub by itself: for an engineer, for API owners, and for docker-compose.yml. */
import { Pool, escapeIdentifier } from 'pg';
import { FaultlineError } from '../base/errors.ts';
import { hostAndPort } from '../base/host-and-port.ts';
import { didYouMean } from '../base/nearest.ts';
import { redact } from '../base/redact.ts';
import type { Config } from '../config/types.ts';
import { writeAs } from '../database/write-as.ts';
import type { NewEvent } from '../history/events.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { serviceMeant } from '../scenario/behaviours.ts';
import { openServices } from '../services/services.ts';
import type { Services } from '../services/services.ts';

/** Calls at once that each need a connection; more wait. */
const POOL_SIZE = 8;
const CONNECT_TIMEOUT_MS = 10_000;

export interface StubOptions {
  readonly config: Pick<Config, 'pipeline' | 'stubs'>;
  /** The name of the service. Left out: the pipeline's only one. */
  readonly service?: string | undefined;
  /** A database with the tables that its callers' rows are in. Holds a password: never printed. */
  readonly databaseUrl: string;
  readonly host: string;
  /** Left out: the one that the pipeline says. */
  readonly port?: number | undefined;
  /** One line a call, when it has ended. */
  readonly say: (line: string) => void;
}

export interface Stub {
  /** `http://host:port`. */
  readonly url: string;
  close(): Promise<void>;
}

/** What a reader of the log is told: which call, how it ended. */
const lineTeller = (say: (line: string) => void): ((event: NewEvent) => number) => {
  const asked = new Map<number, string>();
  return (event) => {
    if (event.kind === 'http.request') {
      // Health checks ask for the root again and again.
      if (event.path === '/') return 0;
      asked.set(
        event.call,
        `${event.method} ${event.path}${event.correlationId === undefined ? '' : ` for ${event.correlationId}`}`,
      );
    } else if (event.kind === 'http.response') {
      const call = asked.get(event.call);
      if (call !== undefined) say(redact(`${call}: ${event.status ?? 'no answer'}`));
      asked.delete(event.call);
    } else if (event.kind === 'trial.harness-error') {
      say(redact(event.message));
    }
    return 0;
  };
};

/** The one that is asked for, or else the only one. */
const requireService = ({ name, services }: PipelineDeclaration, asked: string | undefined): string => {
  const names = Object.keys(services);
  const meant = serviceMeant({ services: names }, { service: asked });
  if (meant !== undefined && names.includes(meant)) return meant;
  throw new FaultlineError(
    'usage',
    names.length === 0
      ? `the pipeline ${name} has no service`
      : asked === undefined
        ? `the pipeline ${name} has several services`
        : `the pipeline ${name} has no service ${asked}${didYouMean(asked, names)}`,
    names.length === 0 ? 'Only what stages call has a stub.' : `Choose one with --service: ${names.join(', ')}.`,
  );
};

/** Those of the rows that its callers bring about. */
const tablesOf = (pipeline: PipelineDeclaration, service: string): readonly string[] => [
  ...new Set(
    pipelineOf(pipeline).effecting.flatMap(({ stage, entity }) => (stage.calls === service ? [entity.table] : [])),
  ),
];

/** Opens it. Errors: FaultlineError 'usage' when nothing tells which, 'environment' when the database or the port is not available. */
export const openStub = async ({ config, databaseUrl, host, say, ...asked }: StubOptions): Promise<Stub> => {
  const { pipeline } = config;
  const service = requireService(pipeline, asked.service);
  const { operation, port: usual } = pipelineOf(pipeline).service(service);
  const port = asked.port ?? usual;
  const tables = tablesOf(pipeline, service);
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'faultline-stub',
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A server that goes away is told by the calls that need it.
  pool.on('error', () => undefined);
  try {
    await pool.query('SELECT 1');
    for (const table of tables) await pool.query(`SELECT 1 FROM ${escapeIdentifier(table)} LIMIT 1`);
  } catch (error) {
    await pool.end();
    throw new FaultlineError(
      'environment',
      `the stub cannot use its database: ${redact(error instanceof Error ? error.message : String(error))}`,
      `Give --database-url (or DATABASE_URL) of a database with the tables of the pipeline${tables.length === 0 ? '' : ` (${tables.join(', ')})`}, e.g. with fixtures/schema.sql.`,
    );
  }
  const listening = async (): Promise<Services> => {
    const services = openServices({
      ...config,
      database: () => ({
        query: async (text, values = []) => (await pool.query(text, [...values])).rows,
        writeAs: (writer, work) => writeAs(pool, writer, work),
      }),
      record: lineTeller(say),
      host,
      port,
    });
    await services.of(service).listenFor(service);
    return services;
  };
  const services = await listening().catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  const url = `http://${hostAndPort({ host, port })}`;
  say(`${service}'s stub answers ${operation.method} ${url}${operation.path}`);
  return {
    url,
    close: async () => {
      await services.close();
      await pool.end();
    },
  };
};
