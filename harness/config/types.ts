/** The shape of faultline.config.ts, after defaults have been applied. */
import type { Act } from '../pipeline/acts.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import type { PactDeclarations } from '../pipeline/pacts.ts';
import type { HandlersFirst, ServiceStub } from '../pipeline/stub.ts';
import type { Topic, WorkerRole } from '../pipeline/vocabulary.ts';
import type { Misconfiguration } from '../scenario/types.ts';
import type { ExternalInput, LiveInput, LogField } from './define.ts';
import type { Restart } from './restart.ts';

export type Stubs = Readonly<Record<string, ServiceStub | HandlersFirst>>;

/** A part of the pipeline, with the group it reads as. */
export interface WorkerPart {
  readonly role: WorkerRole;
  readonly consumerGroup: string;
}

export interface WorkerConfig extends WorkerPart {
  /** The part it plays in the pipeline; also its name. */
  readonly role: WorkerRole;
  /** Further parts that the same process plays. */
  readonly also?: readonly WorkerPart[];
  /** Program and arguments; no shell. Empty only with an image, which then runs its own. */
  readonly command: readonly string[];
  /** Runs in a container of this image. */
  readonly image?: string;
  /** Absolute working directory. */
  readonly cwd: string;
  /** Passed through, over the harness's own environment and under the addresses. */
  readonly env: Readonly<Record<string, string>>;
  readonly ready: {
    /** Besides a stable group with its member: a line of its output that contains this text. */
    readonly log?: string;
    /** ms until "never got ready". */
    readonly timeoutMs: number;
  };
  /** ms that it gets to end after SIGTERM; then it is killed. */
  readonly stopGraceMs: number;
  /** Which of its own exits are followed by a start at once, also while a fault lasts; the others by one when it is healed. */
  readonly restart: Restart;
  /** Environment under which this worker is misconfigured, for the scenarios about that. */
  readonly misconfigured: Readonly<Partial<Record<Misconfiguration, Readonly<Record<string, string>>>>>;
  /** Its variables for the names of its group and its topics, where its configuration says so. */
  readonly names?: WorkerNames;
}

export interface WorkerNames {
  readonly group?: string;
  readonly topics: Readonly<Partial<Record<Topic, string>>>;
}

export interface WorkerSet {
  readonly name: string;
  /** The pipeline whose parts they play: data alone. */
  readonly pipeline: PipelineDeclaration;
  /** What stands for its services, by name. */
  readonly stubs: Stubs;
  /** What does its acts, by name. */
  readonly acts: Readonly<Record<string, Act>>;
  /** The pacts that its workers make; left out: none. */
  readonly pactDeclarations?: () => PactDeclarations;
  readonly workers: readonly WorkerConfig[];
  /** Nothing of the pipeline's may be recorded for so long after it has nothing left to do, ms. */
  readonly quietMs: number;
  /** How long absence must last before it is accused, ms; left out: the default. */
  readonly patienceMs?: number;
  /** No client and no timer of theirs waits longer before it acts again, ms; left out: the default. */
  readonly longestTimerMs?: number;
  /** Rows of the workers' own tables that are work still to be done. */
  readonly pending?: readonly PendingRows[];
  /** Printed with the verdict, e.g. that retry delays are shortened. */
  readonly note?: string;
  /** Begins their topics and groups on the broker: they run on a cluster of somebody's, beside the real ones. */
  readonly prefix?: string;
  /** The tables these workers come with, when they are another project's; otherwise the configuration's. */
  readonly schema?: SchemaSource;
  /** Directories of their own scenarios, when they are another project's. */
  readonly scenarios?: readonly string[];
  /** The folder of the pacts they are judged by, when they are another project's; otherwise the configuration's. */
  readonly pacts?: string | null;
  /** The same where that project names it: its pacts are made there. */
  readonly ownPacts?: string;
}

/** Rows of a table that are open work: `where` is SQL over its columns. */
export interface PendingRows {
  /** With its schema, unless that is public. */
  readonly table: string;
  readonly where: string;
}

export type SchemaSource =
  | {
      readonly file: string;
      /** Applied after it, in this order. */
      readonly further?: readonly string[];
    }
  | {
      readonly command: readonly [string, ...string[]];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
    };

export interface Config {
  /** Directory of the configuration file, or the current one. */
  readonly root: string;
  /** Path of the file it came from; null: built-in defaults. */
  readonly file: string | null;
  /** Data alone. */
  readonly pipeline: PipelineDeclaration;
  /** What stands for its services, by name. */
  readonly stubs: Stubs;
  /** What does its acts, by name. */
  readonly acts: Readonly<Record<string, Act>>;
  /** The pacts that its workers make; left out: none. */
  readonly pactDeclarations?: () => PactDeclarations;
  readonly workerSets: Readonly<Record<string, WorkerSet>>;
  readonly defaultWorkers: string;
  readonly database: { readonly schema: SchemaSource };
  /** Directories that hold scenario files, besides Faultline's own. */
  readonly scenarios: readonly string[];
  /** Absolute folder of the pacts that calls and records are judged by; null: by none. */
  readonly pacts: string | null;
  /** The same where the configuration names it: pacts are made there. */
  readonly ownPacts?: string;
  /** As it was given: variables are laid over it when it is used (config/external.ts). */
  readonly external?: ExternalInput;
  /** Likewise. */
  readonly live?: LiveInput;
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Contents in PEM format. */
export interface TlsFiles {
  readonly ca: string | undefined;
  readonly servername: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** What is to be looked at, with credentials: never printed or recorded. Undefined: that is not asked. */
export interface LiveSettings {
  readonly kafka: ExternalSettings['kafka'] | undefined;
  readonly postgres: ExternalSettings['postgres'] | undefined;
  /** By service: where its calls are seen. Left out: nowhere. */
  readonly services?: Readonly<Record<string, ServiceLog>>;
  /** By role: where its worker is seen. Left out: in its group alone. */
  readonly workers?: Readonly<Record<string, WorkerPlace>>;
}

/** Where a worker runs. */
export type WorkerPlace =
  /** On this machine: a regular expression. */
  { readonly processes: string } | { readonly container: string } | { readonly pods: Pods };

/** Where a log is. */
export type LogPlace =
  /** Absolute. */
  | { readonly file: string }
  | { readonly command: readonly [string, ...string[]]; readonly cwd: string }
  | { readonly container: string }
  | { readonly pods: Pods };

export interface Pods {
  readonly selector: string;
  readonly namespace: string | undefined;
}

export interface ServiceLog {
  readonly place: LogPlace;
  /** 'any': each line by what it looks like. */
  readonly format: 'any' | 'json' | 'common' | { readonly pattern: string };
  readonly fields: Readonly<Partial<Record<LogField, string>>>;
  /** Of lines that tell of no request. */
  readonly besides: string | undefined;
}

/** A cluster of somebody's, with credentials: never printed, recorded or passed on to workers. */
export interface ExternalSettings {
  readonly kafka: {
    readonly brokers: readonly HostAndPort[];
    readonly tls: TlsFiles | undefined;
    readonly sasl:
      | {
          readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
          readonly username: string;
          readonly password: string;
          /** Somebody has said that the password may pass a network as it is. */
          readonly plaintext: boolean;
        }
      | undefined;
    /** Begins the name of every topic and group of the run; empty: they have their real names. */
    readonly prefix: string;
  };
  readonly postgres: HostAndPort & {
    readonly user: string;
    readonly password: string;
    /** Where databases are made from. */
    readonly database: string;
    readonly tls: TlsFiles | undefined;
    /** Somebody has said that passwords may pass a network as the server asks for them. */
    readonly plaintext: boolean;
  };
}

/** What a run says about waiting, over what its worker set and its scenarios say. */
export interface WaitingOptions {
  readonly patienceMs?: number;
  readonly settleDeadlineMs?: number;
  /** Settling waits out its deadline even where its end is proven. */
  readonly waitOut?: boolean;
}
