/** What `faultline diagnose` is asked, and where it looks. */
import { hostAndPort } from '../base/host-and-port.ts';
import { createRedactor, secretsOf } from '../base/redact.ts';
import type { Redactor } from '../base/redact.ts';
import { liveSettings } from '../config/external.ts';
import { withCalls } from '../config/live-logs.ts';
import { withWorkers } from '../config/live-workers.ts';
import type { LiveSettings } from '../config/types.ts';
import type { Where } from '../diagnose/tools.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Io } from './io.ts';
import { loadOwnConfig } from './own-config.ts';
import type { DiagnosisForm } from './tell-diagnosis.ts';

export interface DiagnoseOptions {
  /** Or student and course, both; or all. */
  readonly payment: string | undefined;
  readonly student: string | undefined;
  readonly course: string | undefined;
  readonly all: boolean;
  readonly brokers: string | undefined;
  readonly database: string | undefined;
  /** `name=log`. */
  readonly calls: readonly string[];
  /** `role=where`. */
  readonly workers: readonly string[];
  /** No records that are older than this, ms; undefined: all. */
  readonly sinceMs: number | undefined;
  readonly bytesPerSecond: number;
  /** Names of checks with commas between them. */
  readonly only: string | undefined;
  readonly skip: string | undefined;
  readonly form: DiagnosisForm;
  /** A folder for what was read. */
  readonly save: string | undefined;
  /** Between two passes, ms; undefined: there is one. */
  readonly watchMs: number | undefined;
}

/** Passwords, wherever they came from. */
const secretsIn = ({ kafka, postgres }: LiveSettings): readonly string[] =>
  [kafka?.sasl?.password, kafka?.tls?.key, postgres?.password, postgres?.tls?.key].flatMap((one) => one ?? []);

type WhereToLook = Pick<DiagnoseOptions, 'brokers' | 'database' | 'calls' | 'workers' | 'sinceMs'>;

/** Where to look, and what is not to be shown of it. */
export interface Looking {
  readonly config: Awaited<ReturnType<typeof loadOwnConfig>>;
  readonly settings: LiveSettings;
  readonly clean: Redactor;
  readonly where: Where;
  /** ms since the epoch. */
  readonly since: number | undefined;
}

/** Errors: FaultlineError where the configuration, or an option, is wrong. */
export const looking = async (
  { cwd, env: own }: Io,
  { brokers, database, calls, workers, sinceMs }: WhereToLook,
): Promise<Looking> => {
  const config = await loadOwnConfig(cwd);
  const env = {
    ...own,
    ...(brokers === undefined ? {} : { KAFKA_BROKERS: brokers }),
    ...(database === undefined ? {} : { DATABASE_URL: database }),
  };
  const services = withCalls(config.live?.services, calls, { pipeline: pipelineOf(config.pipeline), cwd });
  const seen = withWorkers(config.live?.workers, workers, pipelineOf(config.pipeline));
  const settings = liveSettings({ ...config.live, services, workers: seen }, env, config.root);
  const { kafka } = settings;
  return {
    config,
    settings,
    clean: createRedactor([...secretsIn(settings), ...secretsOf(env)]),
    where: {
      brokers: kafka?.brokers.map(hostAndPort).join(',') ?? 'HOST:PORT',
      secured: kafka?.tls !== undefined || kafka?.sasl !== undefined,
    },
    since: sinceMs === undefined ? undefined : Date.now() - sinceMs,
  };
};
