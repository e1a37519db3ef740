/** The friendly form of a configuration: what faultline.config.ts holds. Defaults are applied when it is loaded. */
import type { WorkerRole } from '../pipeline/pipeline.ts';
import type { Misconfiguration } from '../scenario/types.ts';

type Environment = Readonly<Record<string, string>>;

export interface WorkerInput {
  readonly role: WorkerRole;
  /** Program and arguments, e.g. ['node', 'dist/worker.js']. There is no shell. */
  readonly command: readonly string[];
  /** Relative to the configuration file; its directory when left out. */
  readonly cwd?: string | undefined;
  /** The worker's own variables. KAFKA_BROKERS, DATABASE_URL, POSTGRES_URL and ADMIN_SERVICE_URL are set by Faultline. */
  readonly env?: Environment | undefined;
  /** The role's group in the pipeline when left out. */
  readonly consumerGroup?: string | undefined;
  readonly ready?:
    | {
        /** Besides a stable group with its member: a line of output that contains this text. */
        readonly log?: string | undefined;
        /** ms; default 30000. */
        readonly timeoutMs?: number | undefined;
      }
    | undefined;
  /** Environment under which this worker subscribes to a wrong topic, or with a new group. */
  readonly misconfigured?: Readonly<Partial<Record<Misconfiguration, Environment | undefined>>> | undefined;
}

export interface WorkerSetInput {
  readonly workers: readonly WorkerInput[];
  /** ms; default 150. */
  readonly quietMs?: number | undefined;
  /** Printed with the verdict. */
  readonly note?: string | undefined;
}

export interface ConfigInput {
  /** Sets of workers by name, for `--workers NAME`. The sets incident, report-fix and hardened are always there. */
  readonly workers?: Readonly<Record<string, WorkerSetInput>> | undefined;
  /** The set used without --workers: the first of `workers` when left out, or hardened. */
  readonly defaultWorkers?: string | undefined;
  readonly database?:
    | {
        /** An SQL file, or a command that migrates the database at DATABASE_URL. Faultline's own tables when left out. */
        readonly schema?:
          | string
          | {
              readonly command: readonly string[];
              readonly cwd?: string | undefined;
              readonly env?: Environment | undefined;
            }
          | undefined;
      }
    | undefined;
  /** Directories with scenario files of your own, relative to the configuration file. */
  readonly scenarios?: readonly string[] | undefined;
}

/** Types a configuration: `export default defineConfig({ … })`. It is checked when it is loaded. */
export const defineConfig = (config: ConfigInput): ConfigInput => config;
