/** Where things listen: what an environment gives, and what everything else is reached by. Data alone. */

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

/** A PostgreSQL server with its roles. */
export interface PostgresAddress extends Address {
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
}

/** A port that a proxy may listen on where Toxiproxy runs in a container. */
export interface ProxyPort {
  /** Inside. */
  readonly listen: Address;
  /** For this machine. */
  readonly reach: Address;
}
