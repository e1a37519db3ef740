/** Kafka's requests by name: the key each has on the wire and the first version in the flexible encoding. */

export interface Api {
  readonly key: number;
  /** From this version on lengths are varints and structures end in tagged fields. */
  readonly flexibleFrom: number;
}

/** Facts of the protocol, from the message definitions in kafka-clients 4.2 (`common/message/*.json`). */
export const APIS = {
  Produce: { key: 0, flexibleFrom: 9 },
  Fetch: { key: 1, flexibleFrom: 12 },
  ListOffsets: { key: 2, flexibleFrom: 6 },
  Metadata: { key: 3, flexibleFrom: 9 },
  OffsetCommit: { key: 8, flexibleFrom: 8 },
  OffsetFetch: { key: 9, flexibleFrom: 6 },
  FindCoordinator: { key: 10, flexibleFrom: 3 },
  JoinGroup: { key: 11, flexibleFrom: 6 },
  Heartbeat: { key: 12, flexibleFrom: 4 },
  LeaveGroup: { key: 13, flexibleFrom: 4 },
  SyncGroup: { key: 14, flexibleFrom: 4 },
  DescribeGroups: { key: 15, flexibleFrom: 5 },
  ListGroups: { key: 16, flexibleFrom: 3 },
  ApiVersions: { key: 18, flexibleFrom: 3 },
  CreateTopics: { key: 19, flexibleFrom: 5 },
  DeleteTopics: { key: 20, flexibleFrom: 4 },
  InitProducerId: { key: 22, flexibleFrom: 2 },
  OffsetForLeaderEpoch: { key: 23, flexibleFrom: 4 },
  AddPartitionsToTxn: { key: 24, flexibleFrom: 3 },
  AddOffsetsToTxn: { key: 25, flexibleFrom: 3 },
  EndTxn: { key: 26, flexibleFrom: 3 },
  TxnOffsetCommit: { key: 28, flexibleFrom: 3 },
  DescribeConfigs: { key: 32, flexibleFrom: 4 },
  DeleteGroups: { key: 42, flexibleFrom: 2 },
  DescribeCluster: { key: 60, flexibleFrom: 0 },
  ListTransactions: { key: 66, flexibleFrom: 0 },
  ConsumerGroupHeartbeat: { key: 68, flexibleFrom: 0 },
  ConsumerGroupDescribe: { key: 69, flexibleFrom: 0 },
} as const satisfies Record<string, Api>;

export type ApiName = keyof typeof APIS;

const NAMES: ReadonlyMap<number, ApiName> = new Map(
  (Object.keys(APIS) as ApiName[]).map((name) => [APIS[name].key, name]),
);

/** The name of an API we know something about. */
export const apiName = (key: number): ApiName | undefined => NAMES.get(key);

export const isFlexible = (api: ApiName, version: number): boolean => version >= APIS[api].flexibleFrom;
