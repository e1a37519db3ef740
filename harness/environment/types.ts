/** What an environment is given, and what it gives: addresses out, nothing else. */
import type { Address, KafkaAddress, PostgresAddress, ProxyPort } from '../addresses/address.ts';
import type { Containers, HarnessPlace } from '../addresses/containers.ts';
import type { FaultlineError } from '../base/errors.ts';
import type { Config } from '../config/types.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import type { SetupOptions } from './setup/parts.ts';

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
  readonly postgres: PostgresAddress;
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

/** What every starter is given. */
export type StartOptions = Pick<SetupOptions, 'cacheDir' | 'env' | 'progress'> & {
  /** Whose topics are made, and whose workers get proxies. */
  readonly pipeline: PipelineDeclaration;
  /** Where an external cluster is configured. */
  readonly config?: Pick<Config, 'root' | 'external'>;
  /** Groups of the workers that will run: on a shared cluster they must have no member. */
  readonly consumerGroups?: readonly string[];
  /** Some workers come as images: an engine is needed, whatever the environment. */
  readonly needsContainers?: boolean;
};
