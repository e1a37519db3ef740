/** Which group members live behind a relay, seen in the requests that pass. */
import type { ApiName } from './apis.ts';
import type { Reader } from './codec.ts';

export interface GroupMembers {
  /** A request's body, read from behind its header. Gives the group when the answer will name the member. */
  request(api: ApiName, version: number, flexible: boolean, reader: Reader): string | undefined;
  /** The body of the answer to such a request. */
  response(api: ApiName, version: number, flexible: boolean, group: string, reader: Reader): void;
  /** Member ids by group, the latest last. A killed process's stay until they are forgotten. */
  all(): ReadonlyMap<string, readonly string[]>;
  forget(): void;
}

/** A client that joins again and again gets new ids; older ones have left or will time out. */
const KEPT_PER_GROUP = 16;

export const createGroupMembers = (): GroupMembers => {
  const groups = new Map<string, readonly string[]>();

  const left = (group: string, memberId: string): void => {
    const others = (groups.get(group) ?? []).filter((one) => one !== memberId);
    if (others.length === 0) groups.delete(group);
    else groups.set(group, others);
  };
  const seen = (group: string, memberId: string): void => {
    // Empty: not yet a member, or a consumer without a group protocol.
    if (memberId === '' || groups.get(group)?.at(-1) === memberId) return;
    const others = (groups.get(group) ?? []).filter((one) => one !== memberId);
    groups.set(group, [...others, memberId].slice(-KEPT_PER_GROUP));
  };

  return {
    request: (api, version, flexible, reader) => {
      switch (api) {
        case 'Heartbeat':
        case 'SyncGroup':
        case 'OffsetCommit': {
          const group = reader.string(flexible);
          reader.int32(); // generation
          seen(group, reader.string(flexible));
          return undefined;
        }
        case 'JoinGroup':
          return reader.string(flexible);
        case 'LeaveGroup': {
          const group = reader.string(flexible);
          if (version < 3) left(group, reader.string(flexible));
          else
            reader.array(flexible, () => {
              left(group, reader.string(flexible));
              reader.nullableString(flexible); // instance
              if (version >= 5) reader.nullableString(flexible); // reason
              if (flexible) reader.tags();
            });
          return undefined;
        }
        case 'ConsumerGroupHeartbeat': {
          const group = reader.string(true);
          const memberId = reader.string(true);
          // Epochs below 0 say goodbye.
          if (reader.int32() >= 0) seen(group, memberId);
          else left(group, memberId);
          return memberId === '' ? group : undefined;
        }
        default:
          return undefined;
      }
    },
    response: (api, version, flexible, group, reader) => {
      if (api === 'ConsumerGroupHeartbeat') {
        reader.int32(); // throttle time
        reader.int16(); // error
        reader.nullableString(true); // message
        seen(group, reader.string(true));
        return;
      }
      if (version >= 2) reader.int32(); // throttle time
      reader.int16(); // error
      reader.int32(); // generation
      if (version >= 7) reader.nullableString(flexible); // protocol type
      reader.nullableString(flexible); // protocol
      reader.string(flexible); // leader
      if (version >= 9) reader.boolean(); // skip assignment
      seen(group, reader.string(flexible));
    },
    all: () => new Map(groups),
    forget: () => groups.clear(),
  };
};
