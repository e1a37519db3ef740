/** Kafka's error codes by name, as far as they can reach the harness. */
const NAMES: Readonly<Record<number, string>> = {
  [-1]: 'UNKNOWN_SERVER_ERROR',
  1: 'OFFSET_OUT_OF_RANGE',
  2: 'CORRUPT_MESSAGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_OR_FOLLOWER',
  7: 'REQUEST_TIMED_OUT',
  8: 'BROKER_NOT_AVAILABLE',
  9: 'REPLICA_NOT_AVAILABLE',
  10: 'MESSAGE_TOO_LARGE',
  14: 'COORDINATOR_LOAD_IN_PROGRESS',
  15: 'COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR',
  17: 'INVALID_TOPIC_EXCEPTION',
  18: 'RECORD_LIST_TOO_LARGE',
  22: 'ILLEGAL_GENERATION',
  25: 'UNKNOWN_MEMBER_ID',
  27: 'REBALANCE_IN_PROGRESS',
  28: 'INVALID_COMMIT_OFFSET_SIZE',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  30: 'GROUP_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  35: 'UNSUPPORTED_VERSION',
  36: 'TOPIC_ALREADY_EXISTS',
  37: 'INVALID_PARTITIONS',
  38: 'INVALID_REPLICATION_FACTOR',
  41: 'NOT_CONTROLLER',
  42: 'INVALID_REQUEST',
  56: 'KAFKA_STORAGE_ERROR',
  69: 'GROUP_ID_NOT_FOUND',
  72: 'LISTENER_NOT_FOUND',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  78: 'OFFSET_NOT_AVAILABLE',
  87: 'INVALID_RECORD',
  100: 'UNKNOWN_TOPIC_ID',
  103: 'INCONSISTENT_TOPIC_ID',
};

export const ERROR = {
  none: 0,
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  coordinatorLoading: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  unknownMember: 25,
  unsupportedVersion: 35,
  topicExists: 36,
  groupNotFound: 69,
} as const;

export const errorName = (code: number): string => NAMES[code] ?? `error ${code}`;

/**
 * Refusals after which the broker has done nothing and the same request may succeed in a moment. Not certain is only
 * NOT_LEADER_OR_FOLLOWER after a Produce to a topic with several replicas.
 */
const TRANSIENT: ReadonlySet<number> = new Set([3, 5, 6, 14, 15, 16]);

/** The broker answered a request with an error. */
export class KafkaError extends Error {
  readonly api: string;
  readonly code: number;

  constructor(api: string, code: number, about: string) {
    super(`Kafka refused ${api} for ${about}: ${errorName(code)}`);
    this.name = 'KafkaError';
    this.api = api;
    this.code = code;
  }

  /** True when the broker has done nothing and asking again may help (leader or coordinator not ready yet). */
  get transient(): boolean {
    return TRANSIENT.has(this.code);
  }
}

/** A request that got no answer: no connection, a broken one, or none within its time. */
export class KafkaConnectionError extends Error {
  constructor(request: string, where: string, why: string) {
    super(`Kafka ${request} to ${where} failed: ${why}`);
    this.name = 'KafkaConnectionError';
  }
}

/** Throws a KafkaError unless the code is 0. */
export const check = (api: string, code: number, about: string): void => {
  if (code !== ERROR.none) throw new KafkaError(api, code, about);
};
