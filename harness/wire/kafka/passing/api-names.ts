/** What the protocol calls its requests, for words about those that Faultline never sends itself. */
import { apiName } from '../apis.ts';

/** By key. */
const OTHERS: Readonly<Record<number, string>> = {
  17: 'SaslHandshake',
  21: 'DeleteRecords',
  29: 'DescribeAcls',
  30: 'CreateAcls',
  31: 'DeleteAcls',
  33: 'AlterConfigs',
  34: 'AlterReplicaLogDirs',
  35: 'DescribeLogDirs',
  36: 'SaslAuthenticate',
  37: 'CreatePartitions',
  38: 'CreateDelegationToken',
  43: 'ElectLeaders',
  44: 'IncrementalAlterConfigs',
  45: 'AlterPartitionReassignments',
  47: 'OffsetDelete',
  49: 'AlterClientQuotas',
  51: 'AlterUserScramCredentials',
  57: 'UpdateFeatures',
  61: 'DescribeProducers',
  65: 'DescribeTransactions',
  71: 'GetTelemetrySubscriptions',
  72: 'PushTelemetry',
  75: 'DescribeTopicPartitions',
  76: 'ShareGroupHeartbeat',
  78: 'ShareFetch',
  79: 'ShareAcknowledge',
  88: 'StreamsGroupHeartbeat',
};

export const nameOfApi = (key: number): string => apiName(key) ?? OTHERS[key] ?? `the request with key ${key}`;
