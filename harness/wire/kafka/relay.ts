/** A relay in front of a broker, for one worker: it reads Kafka's frames and keeps the worker behind its own address. */
import type { Address } from '../../addresses/address.ts';
import type { RecordEvent } from '../../history/events.ts';
import type { Served } from '../strangers.ts';
import { openTcpRelay } from '../tcp-relay.ts';
import type { RelayHost, TcpRelay } from '../tcp-relay.ts';
import { createFetchPositions } from './fetch-positions.ts';
import type { FetchPosition, FetchPositions } from './fetch-positions.ts';
import { createGroupMembers } from './group-members.ts';
import type { GroupMembers } from './group-members.ts';
import { createStages } from './stages.ts';
import type { Guard, KafkaFrame } from './stages.ts';

export interface KafkaRelayOptions {
  readonly worker: string;
  /** The worker's Toxiproxy proxy; asked for every connection. Null: the broker is away. */
  readonly target: () => Address | null;
  /** Is the harness at the way there right now? */
  readonly isDisturbed?: () => boolean;
  /** Whom it serves. */
  readonly served?: Served;
  /** Where it listens. Default: 127.0.0.1. */
  readonly host?: RelayHost;
  readonly record: RecordEvent;
  /** Where there are several brokers. */
  readonly among?: RelayGroup;
  /** Left out: the worker may use every topic and group. */
  readonly guard?: Guard;
  /** Sees every frame up to 16 MiB and gives what is sent on: the one place where a fault can act on a message. */
  readonly onFrame?: (frame: KafkaFrame) => Buffer;
}

/** What the relays of one worker to the brokers of a cluster have in common. */
export interface RelayGroup {
  readonly members: GroupMembers;
  readonly positions: FetchPositions;
  readonly nextConnection: () => number;
  /** The relay to a broker. Errors: RangeError when there is none. */
  addressOf(nodeId: number): Address;
}

export interface KafkaRelay extends TcpRelay {
  /** Member ids by group of the clients behind this relay, the latest last; also of those that were killed. */
  members(): ReadonlyMap<string, readonly string[]>;
  /** Those of them that nobody will speak for again, though the worker lives. */
  supersededMembers(): ReadonlyMap<string, readonly string[]>;
  /** One of them has not said goodbye, and its connection is open. */
  hasConnectedMember(): boolean;
  /** From where the client has read a partition; undefined: it has not, or nobody can tell. */
  readFrom(topic: string, partition: number): FetchPosition | undefined;
  /** After the members were removed from their groups. */
  forgetMembers(): void;
}

/**
 * Opens a relay on a free port. Brokers that answers name (Metadata, FindCoordinator, DescribeCluster) become relays, so
 * that the brokers' own listeners stay as they are: this one, or those of `among`.
 */
export const openKafkaRelay = async ({
  worker,
  target,
  isDisturbed,
  served,
  host,
  record,
  among,
  guard,
  onFrame,
}: KafkaRelayOptions): Promise<KafkaRelay> => {
  const members = among?.members ?? createGroupMembers();
  const positions = among?.positions ?? createFetchPositions();
  /** Those of a broker are known to its own relay only. */
  const sessions = new Set<number>();
  const pass = onFrame ?? ((frame: KafkaFrame): Buffer => frame.bytes);
  /** Once for each process: a client asks again and again. */
  const told = new Set<string>();
  const missed = (topic: string): void => {
    if (told.has(topic)) return;
    told.add(topic);
    record({ kind: 'wire.topic-unknown', source: 'wire', worker, topic });
  };
  const relay = await openTcpRelay({
    worker,
    upstream: 'kafka',
    target,
    ...(isDisturbed === undefined ? {} : { isDisturbed }),
    ...(served === undefined ? {} : { served }),
    ...(host === undefined ? {} : { host }),
    record,
    ...(among === undefined ? {} : { nextConnection: among.nextConnection }),
    stages: (connection, self) => {
      const addressOf = among?.addressOf ?? ((): Address => self);
      const several = among !== undefined;
      return createStages({
        connection,
        members,
        positions,
        sessions,
        addressOf,
        several,
        guard,
        missed,
        onFrame: pass,
      });
    },
  });
  return {
    ...relay,
    members: () => members.all(),
    supersededMembers: () => members.superseded(),
    hasConnectedMember: () => members.isConnected(),
    readFrom: positions.of,
    forgetMembers: () => {
      told.clear();
      members.forget();
      positions.forget();
    },
  };
};
