/** What __consumer_offsets holds: the coordinator's own records (`coordinator-key` and `-value` messages of Kafka 4.2). */
import type { GroupMember } from '../history/events.ts';
import { Reader } from '../wire/kafka/codec.ts';
import { subscribedTopics } from '../wire/kafka/subscription.ts';

/** One record of the coordinator, as far as the recorder needs it. */
export type GroupLogEntry =
  /** `offset` -1 and metadata '' for a tombstone: the committed offset was removed. */
  | {
      readonly type: 'commit';
      readonly group: string;
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
      readonly metadata: string;
    }
  /** A classic group: all of it at once. Generation -1 and no members for a tombstone: the group was removed. */
  | {
      readonly type: 'group';
      readonly group: string;
      readonly generation: number;
      readonly members: readonly GroupMember[];
    }
  /** A group of the newer protocol (KIP-848) has a new epoch; null: the group was removed. */
  | { readonly type: 'epoch'; readonly group: string; readonly epoch: number | null }
  /** One member of such a group; null: it is gone. */
  | { readonly type: 'member'; readonly group: string; readonly memberId: string; readonly member: GroupMember | null };

type KeyDecoder = (key: Reader, value: Reader | null) => GroupLogEntry;

const commit: KeyDecoder = (key, value) => {
  const about = { group: key.string(false), topic: key.string(false), partition: key.int32() };
  if (value === null) return { type: 'commit', ...about, offset: -1, metadata: '' };
  const version = value.int16();
  const offset = value.int64();
  if (version >= 3) value.int32(); // leader epoch
  return { type: 'commit', ...about, offset, metadata: value.string(version >= 4) };
};

const classicGroup: KeyDecoder = (key, value) => {
  const group = key.string(false);
  if (value === null) return { type: 'group', group, generation: -1, members: [] };
  const version = value.int16();
  const flexible = version >= 4;
  value.string(flexible); // protocol type
  const generation = value.int32();
  value.nullableString(flexible); // protocol
  value.nullableString(flexible); // leader
  if (version >= 2) value.int64(); // since when
  const members = value.array(flexible, () => {
    const memberId = value.string(flexible);
    if (version >= 3) value.nullableString(flexible); // instance
    const clientId = value.string(flexible);
    value.string(flexible); // host
    if (version >= 1) value.int32(); // rebalance time-out
    value.int32(); // session time-out
    const topics = subscribedTopics(value.nullableBytes(flexible));
    value.nullableBytes(flexible); // assignment
    if (flexible) value.tags();
    // One that subscribes by an expression that nothing fits yet names none: what it will read is not known.
    return { memberId, clientId, ...(topics === undefined || topics.length === 0 ? {} : { topics }) };
  });
  return { type: 'group', group, generation, members };
};

const epoch: KeyDecoder = (key, value) => {
  const group = key.string(false);
  if (value === null) return { type: 'epoch', group, epoch: null };
  value.int16(); // version
  return { type: 'epoch', group, epoch: value.int32() };
};

const member: KeyDecoder = (key, value) => {
  const about = { group: key.string(false), memberId: key.string(false) };
  if (value === null) return { type: 'member', ...about, member: null };
  value.int16(); // version
  value.nullableString(true); // instance
  value.nullableString(true); // rack
  const clientId = value.string(true);
  value.string(true); // host
  const topics = value.array(true, () => value.string(true));
  return {
    type: 'member',
    ...about,
    // None: it subscribes by an expression, or not at all.
    member: { memberId: about.memberId, clientId, ...(topics.length === 0 ? {} : { topics }) },
  };
};

/** By the key's version; the others (assignments, share groups, streams groups) say nothing the history needs. */
const KEYS: Readonly<Record<number, KeyDecoder>> = { 0: commit, 1: commit, 2: classicGroup, 3: epoch, 5: member };

/** Reads one record; undefined for kinds that are not needed. Errors: RangeError when it does not have its shape. */
export const decodeGroupLog = (key: Buffer | null, value: Buffer | null): GroupLogEntry | undefined => {
  if (key === null) return undefined;
  const reader = new Reader(key);
  return KEYS[reader.int16()]?.(reader, value === null ? null : new Reader(value));
};
