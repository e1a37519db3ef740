/** What an environment gives: addresses out, nothing else. */
import type { FaultlineError } from '../base/errors.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Environment {
  readonly mode: 'embedded' | 'docker' | 'external';
  /** The broker's plain listener, for the harness itself and behind the relays. */
  readonly kafka: Address;
  readonly postgres: Address & {
    /** A superuser for the harness. */
    readonly admin: { readonly user: string; readonly password: string };
    /** An ordinary role, owner of the slot's database, for the workers. */
    readonly worker: { readonly user: string; readonly password: string };
  };
  /** Toxiproxy's HTTP API. Proxies listen on its host. */
  readonly toxiproxy: Address;
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
