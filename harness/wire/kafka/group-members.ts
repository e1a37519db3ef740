/** Which group members live behind a relay, seen in the requests that pass. */
import type { ApiName } from './apis.ts';
import type { Reader } from './codec.ts';

export interface GroupMembers {
  /** A request's body, read from behind its header. Gives the group when the answer will name the member. */
  request(api: ApiName, version: number, flexible: boolean, reader: Reader, connection?: number): string | undefined;
  /** The body of the answer to such a request. */
  response(api: ApiName, version: number, flexible: boolean, group: string, reader: Reader, connection?: number): void;
  /** The connection is no more. */
  closed(connection: number): void;
  /**
   * Members, by group, that nobody will speak for again: their connection has been closed for a while, and another of this
   * worker's has been heard of in the group since. A crashed consumer that joins again does so under a new id.
   */
  superseded(): ReadonlyMap<string, readonly string[]>;
  /** Is there one that has not said goodbye, on a connection that is open? It may be busy and come back, in its group or not. */
  isConnected(): boolean;
  /** Member ids by group, the latest last. A killed process's stay until they are forgotten. */
  all(): ReadonlyMap<string, readonly string[]>;
  forget(): void;
}

/** A client that joins again and again gets new ids; older ones have left or will time out. */
const KEPT_PER_GROUP = 16;

/** A client that lives connects again within this, ms. */
const SILENT_MS = 1000;

export const createGroupMembers = (now: () => number = () => performance.now()): GroupMembers => {
  const groups = new Map<string, readonly string[]>();
  /** By member id: the connection it was heard of on, and since when that is closed. */
  const heard = new Map<string, { readonly connection: number; closedAt: number | undefined }>();
  const isSilent = (memberId: string): boolean => {
    const closedAt = heard.get(memberId)?.closedAt;
    return closedAt !== undefined && now() - closedAt >= SILENT_MS;
  };

  const left = (group: string, memberId: string): void => {
    heard.delete(memberId);
    const others = (groups.get(group) ?? []).filter((one) => one !== memberId);
    if (others.length === 0) groups.delete(group);
    else groups.set(group, others);
  };
  const seen = (group: string, memberId: string, connection: number): void => {
    // Empty: not yet a member, or a consumer without a group protocol.
    if (memberId === '') return;
    heard.set(memberId, { connection, closedAt: undefined });
    if (groups.get(group)?.at(-1) === memberId) return;
    const others = (groups.get(group) ?? []).filter((one) => one !== memberId);
    groups.set(group, [...others, memberId].slice(-KEPT_PER_GROUP));
  };

  return {
    request: (api, version, flexible, reader, connection = 0) => {
      switch (api) {
        case 'Heartbeat':
        case 'SyncGroup':
        case 'OffsetCommit': {
          const group = reader.string(flexible);
          reader.int32(); // generation
          seen(group, reader.string(flexible), connection);
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
          if (reader.int32() >= 0) seen(group, memberId, connection);
          else left(group, memberId);
          return memberId === '' ? group : undefined;
        }
        default:
          return undefined;
      }
    },
    response: (api, version, flexible, group, reader, connection = 0) => {
      if (api === 'ConsumerGroupHeartbeat') {
        reader.int32(); // throttle time
        reader.int16(); // error
        reader.nullableString(true); // message
        seen(group, reader.string(true), connection);
        return;
      }
      if (version >= 2) reader.int32(); // throttle time
      reader.int16(); // error
      reader.int32(); // generation
      if (version >= 7) reader.nullableString(flexible); // protocol type
      reader.nullableString(flexible); // protocol
      reader.string(flexible); // leader
      if (version >= 9) reader.boolean(); // skip assignment
      seen(group, reader.string(flexible), connection);
    },
    closed: (connection) => {
      for (const member of heard.values()) if (member.connection === connection) member.closedAt ??= now();
    },
    superseded: () =>
      new Map(
        [...groups].flatMap(([group, members]) => {
          const latest = members.at(-1);
          if (latest === undefined || heard.get(latest)?.closedAt !== undefined) return [];
          const silent = members.slice(0, -1).filter(isSilent);
          return silent.length === 0 ? [] : [[group, silent] as const];
        }),
      ),
    isConnected: () => [...heard.values()].some(({ closedAt }) => closedAt === undefined),
    all: () => new Map(groups),
    forget: () => {
      groups.clear();
      heard.clear();
    },
  };
};
