/** What an environment gives: addresses out, nothing else. */
import type { FaultlineError } from '../base/errors.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
  /** How errors name what is reached there, when it is somewhere else. */
  readonly name?: string;
  /** What both ends of a connection there prove to have and never send: sealed-socket.ts. Left out: it takes plain bytes. */
  readonly key?: Buffer;
}

/** Where Kafka is: any broker of it, for a first question. */
export interface KafkaAddress extends Address {
  /** Every broker by its node id; left out: this one is the only one, and always will be. */
  readonly nodes?: ReadonlyMap<number, Address>;
}

/** Where programs of this machine listen for containers, and the name by which containers reach them there. */
export interface HarnessPlace {
  readonly listen: string;
  readonly reach: string;
  /** Whence containers come to it, as 172.18.0.0/16: whatever else comes from outside is none. Left out: nobody knows. */
  readonly networks?: readonly string[];
}

/** A program to be run in a container. */
export interface ContainerOptions {
  /** Part of the container's name, and how errors name it. */
  readonly name: string;
  readonly image: string;
  /** In the place of the image's own; empty: the image's. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
}

export interface RunningContainer {
  /** Of its first process, as the engine's machine counts; this machine's only where they share a kernel. */
  readonly pid: number;
  /** Resolves when it has ended and all its output was given: its exit code, 128 and more for a signal; null: it is gone without one. */
  readonly exited: Promise<number | null>;
  /** To its first process; one that has ended gets none. */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Stops every process in it. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** Runs programs in containers that reach this machine, and are removed with the run. */
export interface Containers {
  readonly harness: HarnessPlace;
  /** Starts one; fetches its image when it is not there. Errors: FaultlineError 'environment'. */
  run(options: ContainerOptions): Promise<RunningContainer>;
}

/** A port that a proxy may listen on where Toxiproxy runs in a container. */
export interface ProxyPort {
  /** Inside. */
  readonly listen: Address;
  /** For this machine. */
  readonly reach: Address;
}

/** An environment of containers, as seen from inside. */
export interface Inside {
  readonly kafka: Address;
  readonly postgres: Address;
  readonly harness: HarnessPlace;
  /** The only ports of proxies that can be reached from this machine. */
  readonly proxyPorts: readonly ProxyPort[];
}

/** What a run must leave alone on a shared cluster; by real names, also where a prefix stands before them. */
export interface SharedCluster {
  /** Topics of the pipeline that were there before the run: never deleted. */
  readonly keptTopics: readonly string[];
  /** Consumer groups that were there before the run: never deleted. */
  readonly keptGroups: readonly string[];
}

export interface Environment {
  readonly mode: 'embedded' | 'docker' | 'external';
  /** The brokers' plain listeners, for the harness itself and behind the relays. */
  readonly kafka: KafkaAddress;
  readonly postgres: Address & {
    /** A superuser for the harness. */
    readonly admin: { readonly user: string; readonly password: string };
    /** An ordinary role, owner of the slot's database, for the workers. */
    readonly worker: { readonly user: string; readonly password: string };
    /**
     * A member of the workers' role without any right beyond theirs: the harness reads and writes as this one where workers
     * may have put triggers, functions or views. Where no role may be made, the admin's own, and the workers' too.
     */
    readonly writer: { readonly user: string; readonly password: string };
    /** Where the workers' proxies lead instead: somebody's server, to whom the harness comes by a way of its own. */
    readonly forProxies?: Address;
    /** Where programs come that speak plain PostgreSQL and are no workers, as migrations are. Left out: the same as the harness. */
    readonly forPrograms?: Address;
    /** The database from which others are made. Default: postgres. */
    readonly database?: string;
    /** Begins the name of every database that the run makes, where the server is not its own. */
    readonly databasePrefix?: string;
  };
  /** Toxiproxy's HTTP API. Proxies listen on its host, on any port; in containers where `inside` says. */
  readonly toxiproxy: Address;
  /** What the proxies see, where they do not run on this machine itself. */
  readonly inside?: Inside;
  /** For workers that come as images, where the environment is made of containers itself. */
  readonly containers?: Containers;
  /** Present when broker and server are shared with others. */
  readonly shared?: SharedCluster;
  /** Broker, database and harness share a host's clock. */
  readonly sharedClock: boolean;
  readonly versions: { readonly kafka: string; readonly postgres: string; readonly toxiproxy: string };
  readonly startedInMs: number;
  /** Resolves with what happened when a part ends by itself while the environment is up; never otherwise. */
  readonly died: Promise<FaultlineError>;
  /** Ends everything that was started; safe to call twice. */
  stop(): Promise<void>;
  /** The same without waiting, for a second Ctrl-C: what is not gone yet when the harness exits is ended by the reaper. */
  kill(): void;
}
