/** The friendly form of a configuration: what faultline.config.ts holds. Defaults are applied when it is loaded. */
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import type { Handlers } from '../pipeline/stub.ts';
import type { Topic, WorkerRole } from '../pipeline/vocabulary.ts';
import type { Misconfiguration } from '../scenario/types.ts';
import type { Restart } from './restart.ts';

type Environment = Readonly<Record<string, string>>;

/** The variables by which a worker is told what its topics and its group are called. */
export interface NamesInput {
  /** The variable that says which consumer group to join. */
  readonly group?: string | undefined;
  /** For each topic that it reads or writes, the variable that says what it is called. */
  readonly topics?: Readonly<Partial<Record<Topic, string | undefined>>> | undefined;
}

export interface WorkerInput {
  /** The part of the pipeline that it plays; also its name. */
  readonly role?: WorkerRole | undefined;
  /** Instead, for one program that plays several parts: it is started once. The first is its name, unless `role` says another. */
  readonly roles?: readonly WorkerRole[] | undefined;
  /** Program and arguments, e.g. ['node', 'dist/worker.js']. There is no shell. With an image: in the place of its own. */
  readonly command?: readonly string[] | undefined;
  /** A container image instead of a program of this machine. Of the harness's environment it gets nothing but the addresses. */
  readonly image?: string | undefined;
  /** Relative to the configuration file; its directory when left out. Not with an image. */
  readonly cwd?: string | undefined;
  /** The worker's own variables. KAFKA_BROKERS, DATABASE_URL, POSTGRES_URL and, for each service of the pipeline, its NAME_URL are set by Faultline. */
  readonly env?: Environment | undefined;
  /** The role's group in the pipeline when left out. With several roles: one for all of them, or by role. */
  readonly consumerGroup?: string | Readonly<Partial<Record<WorkerRole, string | undefined>>> | undefined;
  /** When it is ready to be given work. */
  readonly ready?:
    | {
        /** Besides a stable group with its member: a line of output that contains this text. */
        readonly log?: string | undefined;
        /** How long it may take until then, ms; default 30000. */
        readonly timeoutMs?: number | undefined;
      }
    | undefined;
  /** ms that it gets to end after SIGTERM, before SIGKILL; default 35000. At most 60000. */
  readonly stopGraceMs?: number | undefined;
  /**
   * What your orchestrator does when the worker exits by itself while a fault lasts: 'on-success' (default) starts it again
   * at once when the code was 0, as for one that leaves after each event; 'on-exit' always; 'after-heal' never before
   * the fault is healed. Healing starts every worker that exited.
   */
  readonly restart?: Restart | undefined;
  /** Environment under which this worker subscribes to a wrong topic, or with a new group. */
  readonly misconfigured?: Readonly<Partial<Record<Misconfiguration, Environment | undefined>>> | undefined;
  /** Needed only with external.kafka.prefix: the variables then get the prefix and the name. */
  readonly names?: NamesInput | undefined;
}

export interface PendingInput {
  /** With its schema, unless that is public. */
  readonly table: string;
  /** SQL over its columns: `sent_at IS NULL`. */
  readonly where: string;
}

export interface WorkerSetInput {
  /** One for each part of the pipeline that is to be played. */
  readonly workers: readonly WorkerInput[];
  /**
   * A trial is settled once nothing is left to do and then, for so long, nothing of the pipeline's happens; ms, default
   * 150. It bridges the moment between two steps of a worker, and every trial pays for it. It need not cover polls and
   * back-off: what would be accused by its absence is waited for longer, see `patienceMs`.
   */
  readonly quietMs?: number | undefined;
  /**
   * How long something that should have happened may still be missing before a trial fails for it; ms, default 5000, and
   * three times as long after a fault that took an upstream away, or while a row about the trial in a table of the
   * workers' own, or one that waits in the guard before it marks, is not touched. Only trials that would fail wait for it.
   */
  readonly patienceMs?: number | undefined;
  /**
   * The longest that a client or a timer of theirs waits before it acts again, ms; default 30000, kafkajs' longest back-off. A trial
   * whose workers have been silent for longer, with a record left that none of them will read, is over before its deadline.
   */
  readonly longestTimerMs?: number | undefined;
  /** Rows of the workers' own tables that are work still to be done (an inbox, an outbox): no trial is settled while there are any. */
  readonly pending?: readonly PendingInput[] | undefined;
  /** Printed with the verdict. */
  readonly note?: string | undefined;
}

/** Files in PEM format, relative to the configuration file. Certificates are always verified. */
export interface TlsInput {
  /** Authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** The name the certificate must have, when it is not the address's host. */
  readonly servername?: string | undefined;
  /** A client's certificate and its key, where the server asks for one. */
  readonly cert?: string | undefined;
  /** Of that certificate. */
  readonly key?: string | undefined;
}

/** Credentials are better given as variables. */
export interface SaslInput {
  /** As the broker has it enabled. */
  readonly mechanism?: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | undefined;
  /** The harness's user. */
  readonly username?: string | undefined;
  /** Better given as FAULTLINE_KAFKA_PASSWORD. */
  readonly password?: string | undefined;
  /** PLAIN hands the password over as it is: without TLS, to another machine, only with this. Default false. */
  readonly plaintext?: boolean | undefined;
}

/** A running Kafka and PostgreSQL, for `--env external`; FAULTLINE_KAFKA_… and FAULTLINE_POSTGRES_… variables come first. */
export interface ExternalInput {
  /** The cluster. */
  readonly kafka?:
    | {
        /** `host:port`; the first that answers is used. */
        readonly brokers?: readonly string[] | undefined;
        /** `true`: by the system's authorities. */
        readonly tls?: boolean | TlsInput | undefined;
        /** How the harness logs in; left out: it does not. */
        readonly sasl?: SaslInput | undefined;
        /** Begins the name of every topic and group of the run: those with the real names are left alone. Workers need `names`. */
        readonly prefix?: string | undefined;
      }
    | undefined;
  /** The server; databases of the run's own are made there. */
  readonly postgres?:
    | {
        /** postgres://user:password@host:port/database of a role with CREATEDB and REPLICATION, or a superuser. */
        readonly url?: string | undefined;
        /** `true`: by the system's authorities. `sslmode` in the URL says it too. */
        readonly tls?: boolean | TlsInput | undefined;
        /** A server may ask for the password as it is, or as MD5: without TLS, on another machine, only with this. Default false. */
        readonly plaintext?: boolean | undefined;
      }
    | undefined;
}

/** What a line of a log says of a request. */
export type LogField =
  'time' | 'method' | 'path' | 'status' | 'student' | 'course' | 'correlation' | 'body' | 'headers';

/** Pods, as kubectl finds them with the cluster that it is set to. */
export interface PodsInput {
  /** Labels, as kubectl takes them: `app=admin-service`. */
  readonly selector: string;
  /** Left out: the one that kubectl is set to. */
  readonly namespace?: string | undefined;
}

/** Where a service's log is, one of `file`, `command`, `container` and `kubernetes`, and how its lines are read. */
export interface ServiceLogInput {
  /** A file of this machine, relative to the configuration file. */
  readonly file?: string | undefined;
  /** A program and its arguments that print the log and end. There is no shell. */
  readonly command?: readonly string[] | undefined;
  /** A container by its name, whose log `docker logs` prints. */
  readonly container?: string | undefined;
  /** Pods, whose logs `kubectl logs` prints. */
  readonly kubernetes?: PodsInput | undefined;
  /** 'json': an object a line; 'common': as web servers write it. Left out: each line is read as what it looks like. */
  readonly format?: 'json' | 'common' | undefined;
  /** Instead of a format: a regular expression with the groups `path`, and `time`, `method`, `status`, `student`, `course`, `correlation` and `body` where there are such. */
  readonly pattern?: string | undefined;
  /** Of JSON: under which names things stand that no usual one is, `a.b` within another: `{ student: 'ctx.studentId' }`. */
  readonly fields?: Readonly<Partial<Record<LogField, string>>> | undefined;
  /** A regular expression of lines that tell of no request and are of no format. Any other such line may tell of one. */
  readonly besides?: string | undefined;
}

/** How it is seen whether a worker runs, one of these. Left out: by its consumer group alone. */
export interface WorkerSeenInput {
  /** Processes of this machine: a regular expression that their command lines fit, `node .*my-worker`. */
  readonly processes?: string | undefined;
  /** A container by its name, which `docker inspect` tells of. */
  readonly container?: string | undefined;
  /** Pods, which `kubectl get` tells of. */
  readonly kubernetes?: PodsInput | undefined;
}

/** A system that runs and is looked at; variables come first: KAFKA_BROKERS, DATABASE_URL, and FAULTLINE_KAFKA_… and FAULTLINE_POSTGRES_… for the rest. */
export interface LiveInput {
  /** The cluster. */
  readonly kafka?:
    | {
        /** `host:port`; the first that answers is used. */
        readonly brokers?: readonly string[] | undefined;
        /** `true`: by the system's authorities. */
        readonly tls?: boolean | TlsInput | undefined;
        /** A user with the rights Describe and Read; left out: none. */
        readonly sasl?: SaslInput | undefined;
      }
    | undefined;
  /** The workers' database. */
  readonly postgres?:
    | {
        /** postgres://user:password@host:port/database of a role that may SELECT. */
        readonly url?: string | undefined;
        /** `true`: by the system's authorities. `sslmode` in the URL says it too. */
        readonly tls?: boolean | TlsInput | undefined;
        /** As of `external`. Default false. */
        readonly plaintext?: boolean | undefined;
      }
    | undefined;
  /** By the name of a service of the pipeline: the log of requests in which its calls are seen. */
  readonly services?: Readonly<Record<string, ServiceLogInput>> | undefined;
  /** By role: how it is seen whether the worker runs. */
  readonly workers?: Readonly<Record<string, WorkerSeenInput>> | undefined;
}

export interface ConfigInput {
  /** The pipeline whose workers are tested, made with `definePipeline`. The one that Faultline ships when left out. */
  readonly pipeline?: PipelineDeclaration | undefined;
  /**
   * Sets of workers by name, for `--workers NAME`. The reference workers incident, report-fix and hardened are there as
   * well, unless `pipeline` is one of your own.
   */
  readonly workers?: Readonly<Record<string, WorkerSetInput>> | undefined;
  /** The set used without --workers: the first of `workers` when left out, or hardened. */
  readonly defaultWorkers?: string | undefined;
  /** The database that a run's workers get: a new one for each slot, filled by `schema`. */
  readonly database?:
    | {
        /** An SQL file, several that are applied one after the other, or a command that migrates the database at DATABASE_URL. Faultline's own tables when left out. */
        readonly schema?:
          | string
          | readonly string[]
          | {
              /** Program and arguments. It finds the empty database in DATABASE_URL and POSTGRES_URL, and leaves nothing running: what it does leave is ended. */
              readonly command: readonly string[];
              /** Relative to the configuration file; its directory when left out. */
              readonly cwd?: string | undefined;
              /** Variables of its own. */
              readonly env?: Environment | undefined;
            }
          | undefined;
      }
    | undefined;
  /** Directories with scenario files of your own, relative to the configuration file. */
  readonly scenarios?: readonly string[] | undefined;
  /** The folder of the pacts that calls and records are judged by. Left out: those of Faultline's own reference workers; with a `pipeline` of one's own, none. */
  readonly pacts?: string | undefined;
  /** By the name of a service of the pipeline: what answers in front of what stands for it. */
  readonly services?:
    | Readonly<
        Record<
          string,
          {
            /** Request handlers of MSW, or a function that gives them. They are asked first; what none of them answers is answered as without them. */
            readonly handlers: Handlers;
          }
        >
      >
    | undefined;
  /** Where `--env external` finds its cluster. */
  readonly external?: ExternalInput | undefined;
  /** Where `diagnose` finds what it looks at. */
  readonly live?: LiveInput | undefined;
}

/** Types a configuration: `export default defineConfig({ … })`. It is checked when it is loaded. */
export const defineConfig = (config: ConfigInput): ConfigInput => config;
