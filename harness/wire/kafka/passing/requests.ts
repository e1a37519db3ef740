/**
 * The requests that a worker may send where there are topics and groups of somebody else's: what producers, consumers and
 * transactions need, and a worker that makes a topic of its own. Layouts: `common/message/*Request.json` of Kafka 4.2, up to
 * the last version in which topics have names (a test compares them with those files).
 */
import type { ApiName } from '../apis.ts';
import type { Field, Label } from './layout.ts';

export interface Passing {
  readonly versions: readonly [first: number, last: number];
  readonly body: readonly Field[];
}

type Over = Pick<Field, 'since' | 'until'>;

const int8: Field = { is: 'int8' };
const int16: Field = { is: 'int16' };
const int32: Field = { is: 'int32' };
const int64: Field = { is: 'int64' };
const string: Field = { is: 'string' };
const bytes: Field = { is: 'bytes' };
const named = (label: Label, over: Over = {}): Field => ({ is: 'string', label, ...over });
const list = (items: readonly Field[], over: Over = {}): Field => ({ list: items, ...over });
const since = (first: number, field: Field): Field => ({ ...field, since: first });
const until = (last: number, field: Field): Field => ({ ...field, until: last });

const topic = named('topic');
const group = named('group');
const transactionalId = named('transactional id');
/** A broker that copies; a client gives a number below 0. */
const replica: Field = { is: 'int32', label: 'replica' };
const int32s: Field = { listOf: 'int32' };
const producer = [int64, int16];

export const PASSING: Readonly<Partial<Record<ApiName, Passing>>> = {
  Produce: {
    versions: [3, 12],
    // Acknowledgements, time-out; partition, records.
    body: [transactionalId, int16, int32, list([topic, list([int32, bytes])])],
  },
  Fetch: {
    versions: [4, 12],
    body: [
      replica,
      int32, // wait
      int32, // least bytes
      int32, // most bytes
      int8, // isolation
      since(7, int32), // session
      since(7, int32), // its epoch
      list([
        topic,
        list([
          int32, // partition
          since(9, int32), // leader epoch
          int64, // offset
          since(12, int32), // last epoch
          since(5, int64), // log start
          int32, // most bytes
        ]),
      ]),
      list([topic, int32s], { since: 7 }), // forgotten
      since(11, string), // rack
    ],
  },
  ListOffsets: {
    versions: [1, 11],
    body: [
      replica,
      since(2, int8), // isolation
      list([topic, list([int32, since(4, int32), int64])]), // partition, leader epoch, time
      since(10, int32), // time-out
    ],
  },
  Metadata: {
    versions: [0, 13],
    body: [
      list([since(10, { is: 'uuid' }), named('described topic')]),
      since(4, { is: 'int8', label: 'may make topics' }),
      { is: 'int8', since: 8, until: 10 }, // rights on the cluster, too
      since(8, int8), // rights on topics, too
    ],
  },
  OffsetCommit: {
    versions: [2, 9],
    body: [
      group,
      int32, // generation
      string, // member
      since(7, string), // instance
      until(4, int64), // retention
      list([topic, list([int32, int64, since(6, int32), string])]), // partition, offset, leader epoch, metadata
    ],
  },
  OffsetFetch: {
    versions: [1, 9],
    body: [
      until(7, group),
      list([topic, int32s], { until: 7 }),
      // Member and its epoch come with 9.
      list([group, since(9, string), since(9, int32), list([topic, int32s])], { since: 8 }),
      since(7, int8), // stable ones only
    ],
  },
  FindCoordinator: {
    versions: [0, 6],
    body: [
      named('coordinator', { until: 3 }),
      since(1, { is: 'int8', label: 'kind of coordinator' }),
      since(4, { listOf: 'string', label: 'coordinator' }),
    ],
  },
  JoinGroup: {
    versions: [0, 9],
    body: [
      group,
      int32, // session
      since(1, int32), // rebalance
      string, // member
      since(5, string), // instance
      string, // kind of protocol
      list([string, bytes]), // protocols
      since(8, string), // reason
    ],
  },
  // Generation, member, instance.
  Heartbeat: { versions: [0, 4], body: [group, int32, string, since(3, string)] },
  LeaveGroup: {
    versions: [0, 5],
    // Member; or member, instance, reason.
    body: [group, until(2, string), list([string, string, since(5, string)], { since: 3 })],
  },
  SyncGroup: {
    versions: [0, 5],
    body: [
      group,
      int32, // generation
      string, // member
      since(3, string), // instance
      since(5, string), // kind of protocol
      since(5, string), // protocol
      list([string, bytes]), // assignments
    ],
  },
  DescribeGroups: { versions: [0, 6], body: [{ listOf: 'string', label: 'group' }, since(3, int8)] },
  ApiVersions: { versions: [0, 4], body: [since(3, string), since(3, string)] },
  CreateTopics: {
    versions: [2, 7],
    body: [
      // Partitions, replicas, assignments, settings.
      list([topic, int32, int16, list([int32, int32s]), list([string, string])]),
      int32, // time-out
      int8, // only tried
    ],
  },
  InitProducerId: {
    versions: [0, 5],
    // Time-out; the producer's id and epoch.
    body: [transactionalId, int32, since(3, int64), since(3, int16)],
  },
  OffsetForLeaderEpoch: {
    versions: [2, 4],
    body: [since(3, replica), list([topic, list([int32, int32, int32])])], // partition, two epochs
  },
  // Its later versions are for brokers.
  AddPartitionsToTxn: { versions: [0, 3], body: [transactionalId, ...producer, list([topic, int32s])] },
  AddOffsetsToTxn: { versions: [0, 4], body: [transactionalId, ...producer, group] },
  EndTxn: { versions: [0, 5], body: [transactionalId, ...producer, int8] },
  TxnOffsetCommit: {
    versions: [0, 5],
    body: [
      transactionalId,
      group,
      ...producer,
      since(3, int32), // generation
      since(3, string), // member
      since(3, string), // instance
      list([topic, list([int32, int64, since(2, int32), string])]), // partition, offset, leader epoch, metadata
    ],
  },
  DescribeCluster: { versions: [0, 2], body: [int8, since(1, int8), since(2, int8)] },
  ConsumerGroupHeartbeat: {
    versions: [0, 1],
    body: [
      group,
      string, // member
      int32, // epoch
      string, // instance
      string, // rack
      int32, // time-out
      { listOf: 'string', label: 'topic' },
      since(1, string), // a pattern of topics: what it finds is read by name, or not at all
      string, // assignor
      list([{ is: 'uuid' }, int32s]), // what it has
    ],
  },
};
