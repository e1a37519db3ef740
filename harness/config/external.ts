/** The addresses and credentials of `--env external`, and of a live system: from the configuration, and from variables, which come first. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { ExternalInput, LiveInput, SaslInput, TlsInput } from './define.ts';
import { SASL_MECHANISMS, prefixSchemaOf } from './external-schema.ts';
import { serviceLogs } from './live-logs.ts';
import { workersSeen } from './live-workers.ts';
import { parseSwitch } from './switch.ts';
import type { ExternalSettings, HostAndPort, LiveSettings, TlsFiles } from './types.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const invalid = (message: string, hint: string): FaultlineError => new FaultlineError('config', message, hint);

/** Where settings are given: the key of the configuration, and the variables that hold addresses. All other variables are the same. */
interface Place {
  readonly key: 'external' | 'live';
  readonly brokers: string;
  readonly url: string;
  readonly how: string;
}

const EXTERNAL: Place = {
  key: 'external',
  brokers: 'FAULTLINE_KAFKA_BROKERS',
  url: 'FAULTLINE_POSTGRES_URL',
  how: 'Set it in faultline.config.ts under `external`, or as a variable (docs/shared-cluster.md).',
};

const LIVE: Place = {
  key: 'live',
  brokers: 'KAFKA_BROKERS',
  url: 'DATABASE_URL',
  how: 'Give it as an option, as a variable, or in faultline.config.ts under `live` (docs/diagnose.md).',
};

/** In words: written as a URL, its user would be hidden like a real one. */
const URL_SHAPE = 'Give postgres://, then user:password, @, and host:port/database.';

/** The text may be an address with credentials, so it is not shown. */
const parseAddress = (key: string, text: string, place: string): HostAndPort => {
  const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:\s/]+)):(\d{1,5})$/.exec(text.trim()) ?? [];
  const host = bracketed ?? bare;
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw invalid(`${key}: ${place} is no address`, 'Give host:port, several with commas between them.');
  return { host, port: Number(port) };
};

/** TLS as the configuration or the variables ask for it; undefined: none. */
const tlsOf = (
  given: boolean | TlsInput | undefined,
  names: { readonly key: string; readonly tls: string; readonly ca: string },
  env: Variables,
  root: string,
): TlsFiles | undefined => {
  const asked = env[names.tls];
  const wanted = asked === undefined || asked === '' ? undefined : parseSwitch(names.tls, asked);
  const caVariable = env[names.ca] === '' ? undefined : env[names.ca];
  const options: TlsInput = typeof given === 'object' ? given : {};
  const on = wanted ?? (caVariable !== undefined || (given !== undefined && given !== false));
  if (!on) return undefined;
  const read = (name: string, path: string | undefined): string | undefined => {
    if (path === undefined) return undefined;
    const file = resolve(root, path);
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw invalid(`${name}: ${file} cannot be read (${code})`, 'Name a file in PEM format.');
    }
  };
  return {
    ca: caVariable === undefined ? read(`${names.key}.ca`, options.ca) : read(names.ca, caVariable),
    servername: options.servername,
    cert: read(`${names.key}.cert`, options.cert),
    key: read(`${names.key}.key`, options.key),
  };
};

/** May passwords pass a network as they are? The variable comes first. */
const plaintextOf = (given: boolean | undefined, name: string, env: Variables): boolean => {
  const allowed = env[name];
  return allowed === undefined || allowed === '' ? given === true : parseSwitch(name, allowed);
};

const saslOf = (
  given: SaslInput | undefined,
  env: Variables,
  { key, how }: Place,
): ExternalSettings['kafka']['sasl'] => {
  const pick = (name: string, value: string | undefined): string | undefined =>
    env[name] === undefined || env[name] === '' ? value : env[name];
  const username = pick('FAULTLINE_KAFKA_USERNAME', given?.username);
  const password = pick('FAULTLINE_KAFKA_PASSWORD', given?.password);
  const asked = pick('FAULTLINE_KAFKA_SASL_MECHANISM', given?.mechanism);
  if (username === undefined && password === undefined && asked === undefined) return undefined;
  const mechanism = SASL_MECHANISMS.find((known) => known === asked?.toUpperCase());
  if (mechanism === undefined)
    throw invalid(
      `${key}.kafka.sasl.mechanism (FAULTLINE_KAFKA_SASL_MECHANISM): ${asked ?? 'missing'}: allowed: ${SASL_MECHANISMS.join(', ')}`,
      how,
    );
  if (username === undefined) throw invalid(`${key}.kafka.sasl.username (FAULTLINE_KAFKA_USERNAME) is missing`, how);
  if (password === undefined) throw invalid(`${key}.kafka.sasl.password (FAULTLINE_KAFKA_PASSWORD) is missing`, how);
  const plaintext = plaintextOf(given?.plaintext, 'FAULTLINE_KAFKA_SASL_PLAINTEXT', env);
  return { mechanism, username, password, plaintext };
};

/** What begins the names of all topics and groups of a run; empty: nothing. Errors: FaultlineError 'config'. */
export const kafkaPrefix = (
  given: ExternalInput | undefined,
  env: Variables,
  pipeline: PipelineDeclaration,
): string => {
  const named = env['FAULTLINE_KAFKA_PREFIX'];
  if (named === undefined || named === '') return given?.kafka?.prefix ?? '';
  const checked = prefixSchemaOf(pipelineOf(pipeline)).safeParse(named);
  if (checked.success) return checked.data;
  throw invalid(
    `external.kafka.prefix (FAULTLINE_KAFKA_PREFIX): ${JSON.stringify(named)}: ${checked.error.issues[0]?.message}`,
    'Give something that nobody else uses, such as your name or the build: ci-4711.',
  );
};

const DEFAULT_PORT = 5432;
const NO_TLS = 'disable';

/** The admin connection. Nothing of the URL is ever printed: it holds a password. */
const postgresOf = (
  given: ExternalInput['postgres'],
  env: Variables,
  root: string,
  place: Place,
): ExternalSettings['postgres'] => {
  const named = env[place.url];
  const key = `${place.key}.postgres.url (${place.url})`;
  const text = named === undefined || named === '' ? given?.url : named;
  if (text === undefined) throw invalid(`${key} is missing`, place.how);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(`${key} is no URL`, URL_SHAPE);
  }
  if (!['postgres:', 'postgresql:'].includes(url.protocol) || url.hostname === '' || url.username === '')
    throw invalid(`${key} is no URL of a PostgreSQL server with a user`, URL_SHAPE);
  const decoded = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      throw invalid(
        `${key} has a "%" that begins no code`,
        'Write %25 for it, and what else a URL does not take likewise.',
      );
    }
  };
  const sslmode = url.searchParams.get('sslmode');
  const byUrl = sslmode === null ? undefined : sslmode !== NO_TLS;
  const database = decoded(url.pathname.slice(1));
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user: decoded(url.username),
    password: decoded(url.password),
    database: database === '' ? 'postgres' : database,
    tls: tlsOf(
      given?.tls === false ? byUrl : (given?.tls ?? byUrl),
      { key: `${place.key}.postgres.tls`, tls: 'FAULTLINE_POSTGRES_TLS', ca: 'FAULTLINE_POSTGRES_CA' },
      env,
      root,
    ),
    plaintext: plaintextOf(given?.plaintext, 'FAULTLINE_POSTGRES_PLAINTEXT', env),
  };
};

/** All but the prefix of a run's own names. */
const kafkaOf = (
  given: LiveInput['kafka'],
  env: Variables,
  root: string,
  place: Place,
): Omit<ExternalSettings['kafka'], 'prefix'> => {
  const named = env[place.brokers];
  const key = `${place.key}.kafka.brokers (${place.brokers})`;
  const brokers = named === undefined || named === '' ? (given?.brokers ?? []) : named.split(',');
  if (brokers.length === 0) throw invalid(`${key} is missing`, place.how);
  return {
    brokers: brokers.map((broker, i) => parseAddress(key, broker, `entry ${i + 1} of ${brokers.length}`)),
    tls: tlsOf(
      given?.tls,
      { key: `${place.key}.kafka.tls`, tls: 'FAULTLINE_KAFKA_TLS', ca: 'FAULTLINE_KAFKA_CA' },
      env,
      root,
    ),
    sasl: saslOf(given?.sasl, env, place),
  };
};

/**
 * The settings of `--env external`. `root` is where relative paths start. Errors: FaultlineError 'config' that names the
 * key and its variable; no value of a secret is in it.
 */
export const externalSettings = (
  given: ExternalInput | undefined,
  env: Variables,
  { root, pipeline }: { readonly root: string; readonly pipeline: PipelineDeclaration },
): ExternalSettings => ({
  kafka: { ...kafkaOf(given?.kafka, env, root, EXTERNAL), prefix: kafkaPrefix(given, env, pipeline) },
  postgres: postgresOf(given?.postgres, env, root, EXTERNAL),
});

const isGiven = (text: string | undefined): boolean => text !== undefined && text !== '';

/**
 * Where a live system is, and how it lets us in; each of both may be left out. The variables that hold addresses are those of the
 * workers, KAFKA_BROKERS and DATABASE_URL or POSTGRES_URL. Errors: as of `externalSettings`, and where neither is given.
 */
export const liveSettings = (given: LiveInput | undefined, env: Variables, root: string): LiveSettings => {
  const variables = isGiven(env[LIVE.url]) ? env : { ...env, [LIVE.url]: env['POSTGRES_URL'] };
  const asksKafka = isGiven(variables[LIVE.brokers]) || given?.kafka?.brokers !== undefined;
  const asksPostgres = isGiven(variables[LIVE.url]) || given?.postgres?.url !== undefined;
  if (!asksKafka && !asksPostgres)
    throw invalid(
      'neither brokers (--brokers, KAFKA_BROKERS, live.kafka.brokers) nor a database (--database, DATABASE_URL, live.postgres.url) are given',
      'Give at least one of them; what the other would have told is then not known (docs/diagnose.md).',
    );
  return {
    kafka: asksKafka ? { ...kafkaOf(given?.kafka, variables, root, LIVE), prefix: '' } : undefined,
    postgres: asksPostgres ? postgresOf(given?.postgres, variables, root, LIVE) : undefined,
    services: serviceLogs(given?.services, root),
    workers: workersSeen(given?.workers),
  };
};
