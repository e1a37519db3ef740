import { Writer } from '../codec.ts';
import type { KafkaConnection, KafkaRequest } from '../request.ts';
import { ERROR, check } from '../errors.ts';

/** Makes a member leave its (classic) group at once. False: the group does not know the member. */
export const leaveGroup = (group: string, memberId: string): KafkaRequest<boolean> => ({
  api: 'LeaveGroup',
  version: 0,
  body: new Writer().string(group, false).string(memberId, false).finish(),
  route: { to: 'coordinator', group },
  decode: (reader) => {
    const code = reader.int16();
    if (code === ERROR.unknownMember || code === ERROR.groupNotFound) return false;
    check('LeaveGroup', code, `group ${group}`);
    return true;
  },
});

/** The same for a group of the newer protocol (KIP-848), whose members leave with a heartbeat of epoch -1. */
const leaveConsumerGroup = (group: string, memberId: string): KafkaRequest<boolean> => ({
  api: 'ConsumerGroupHeartbeat',
  version: 0,
  body: new Writer()
    .string(group, true)
    .string(memberId, true)
    .int32(-1)
    .string(null, true) // instance
    .string(null, true) // rack
    .int32(-1) // rebalance time-out
    .length(-1, true) // subscribed topics
    .string(null, true) // assignor
    .length(-1, true) // owned partitions
    .tags()
    .finish(),
  route: { to: 'coordinator', group },
  decode: (reader) => {
    reader.int32(); // throttle time
    const code = reader.int16();
    if (code === ERROR.unknownMember || code === ERROR.groupNotFound) return false;
    check('ConsumerGroupHeartbeat', code, `group ${group}`);
    return true;
  },
});

/** Makes a member leave its group, whichever protocol the group speaks. False: no group knows the member. */
export const removeMember = async (connection: KafkaConnection, group: string, memberId: string): Promise<boolean> =>
  (await connection.send(leaveGroup(group, memberId))) || (await connection.send(leaveConsumerGroup(group, memberId)));
