import type { GroupMember } from '../../../history/events.ts';
import { Writer } from '../codec.ts';
import type { KafkaConnection, KafkaRequest } from '../request.ts';
import { ERROR, check } from '../errors.ts';
import { assignedPartitions, subscribedTopics } from '../subscription.ts';

export interface DescribedMember extends GroupMember {
  /** Topics it subscribes to; empty while its group rebalances, and where it subscribes by an expression. */
  readonly topics: readonly string[];
  /** How many partitions it has; absent where its group's answer does not say it. */
  readonly assigned?: number;
  /** Where it connects from, as the broker sees it: `/10.1.2.3`. */
  readonly host: string;
}

export interface DescribedGroup {
  readonly group: string;
  /** 'Stable', 'PreparingRebalance', 'CompletingRebalance', 'Empty', 'Dead' and so on, as Kafka says. */
  readonly state: string;
  readonly members: readonly DescribedMember[];
}

/** Classic groups by name. One that does not exist, or is not classic, is 'Dead'. */
export const describeGroups = (groups: readonly string[]): KafkaRequest<readonly DescribedGroup[]> => {
  const writer = new Writer();
  writer.array(groups, false, (group) => void writer.string(group, false));
  return {
    api: 'DescribeGroups',
    version: 0,
    body: writer.finish(),
    route: { to: 'coordinators', groups, parts: { of: describeGroups, join: (lists) => lists.flat() } },
    decode: (reader) =>
      reader.array(false, () => {
        const code = reader.int16();
        const group = reader.string(false);
        const state = reader.string(false);
        reader.string(false); // protocol type
        reader.string(false); // protocol
        const members = reader.array(false, (): DescribedMember => {
          const memberId = reader.string(false);
          const clientId = reader.string(false);
          const host = reader.string(false);
          const topics = subscribedTopics(reader.nullableBytes(false)) ?? [];
          const assigned = assignedPartitions(reader.nullableBytes(false));
          return { memberId, clientId, host, topics, ...(assigned === undefined ? {} : { assigned }) };
        });
        check('DescribeGroups', code, `group ${group}`);
        return { group, state, members };
      }),
  };
};

/** A broker that has the newer protocol switched off, as Kafka before 4.0 has by default, has no group of it. */
const NO_SUCH_GROUP: readonly number[] = [ERROR.groupNotFound, ERROR.unsupportedVersion];

/** One group of the newer protocol (KIP-848); undefined when there is none of that name. */
export const describeConsumerGroup = (wanted: string): KafkaRequest<DescribedGroup | undefined> => {
  const writer = new Writer();
  writer.array([wanted], true, (group) => void writer.string(group, true));
  return {
    api: 'ConsumerGroupDescribe',
    version: 0,
    body: writer.boolean(false).tags().finish(),
    route: { to: 'coordinator', group: wanted },
    decode: (reader) => {
      const countAssigned = (): number => {
        const topics = reader.array(true, () => {
          reader.uuid();
          reader.string(true); // topic
          const { length } = reader.array(true, () => reader.int32());
          reader.tags();
          return length;
        });
        reader.tags();
        return topics.reduce((sum, partitions) => sum + partitions, 0);
      };
      reader.int32(); // throttle time
      return reader.array(true, () => {
        const code = reader.int16();
        reader.nullableString(true); // message
        const group = reader.string(true);
        const state = reader.string(true);
        reader.int32(); // group epoch
        reader.int32(); // assignment epoch
        reader.string(true); // assignor
        const members = reader.array(true, (): DescribedMember => {
          const memberId = reader.string(true);
          reader.nullableString(true); // instance
          reader.nullableString(true); // rack
          reader.int32(); // member epoch
          const clientId = reader.string(true);
          const host = reader.string(true);
          const topics = reader.array(true, () => reader.string(true));
          reader.nullableString(true); // subscribed expression
          const assigned = countAssigned();
          countAssigned(); // target
          reader.tags();
          return { memberId, clientId, host, topics, assigned };
        });
        reader.int32(); // authorised operations
        reader.tags();
        if (NO_SUCH_GROUP.includes(code)) return undefined;
        check('ConsumerGroupDescribe', code, `group ${group}`);
        return { group, state, members };
      })[0];
    },
  };
};

/** One group, whichever protocol it speaks; state 'Dead' when it does not exist. */
export const describeGroup = async (connection: KafkaConnection, group: string): Promise<DescribedGroup> => {
  const [classic] = await connection.send(describeGroups([group]));
  if (classic !== undefined && classic.state !== 'Dead') return classic;
  return (await connection.send(describeConsumerGroup(group))) ?? { group, state: 'Dead', members: [] };
};
