/** Requests to Kafka as data, and what sends them. */
import type { ApiName } from './apis.ts';
import type { Reader } from './codec.ts';
import type { Partitions } from './requests/shared.ts';

/** A request as data: what to send and how its answer is read. Built by the functions in `requests/`. */
export interface KafkaRequest<T> {
  readonly api: ApiName;
  readonly version: number;
  readonly body: Buffer;
  /** Reads the answer's body. May throw a KafkaError. */
  decode(reader: Reader): T;
  /** Time the broker may take on purpose (a long poll), ms; added to the connection's time-out. */
  readonly waitMs?: number;
  /** Whose business it is where there are several brokers. Left out: any answers. */
  readonly route?: Route<T>;
}

/** Which of several brokers a request is for. One for more than one of them is sent in parts, whose answers are joined. */
export type Route<T> =
  | { readonly to: 'broker'; readonly nodeId: number }
  | { readonly to: 'coordinator'; readonly group: string }
  | { readonly to: 'coordinators'; readonly groups: readonly string[]; readonly parts: Parts<readonly string[], T> }
  | { readonly to: 'leader'; readonly topic: string; readonly partition: number }
  | { readonly to: 'leaders'; readonly partitions: Partitions; readonly parts: Parts<Partitions, T> }
  | {
      readonly to: 'every broker';
      join(answers: readonly T[]): T;
      /** One that cannot be reached is left out, unless it is all of them. */
      readonly absentLeftOut?: boolean;
    };

/** How a request is cut: the same for a part of what it is about, and one answer of the parts'. */
export interface Parts<About, T> {
  of(about: About): KafkaRequest<T>;
  join(answers: readonly T[]): T;
}

/** A connection to a broker, or to all of a cluster. Requests may overlap; a broker answers them in order. */
export interface KafkaConnection {
  /**
   * Sends a request, connecting first when there is no connection. Nothing is sent again that would do more the second time.
   * Errors: KafkaError (the broker refused), Error naming the API (no connection, time-out, closed).
   */
  send<T>(request: KafkaRequest<T>): Promise<T>;
  /** Ends the present socket; what is under way fails, the next request connects anew. */
  disconnect(): void;
  /** Ends it for good. */
  close(): void;
}
