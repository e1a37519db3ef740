/** One worker's way to a cluster: a relay in front of every broker of it. */
import type { Address } from '../../addresses/address.ts';
import { countUp } from '../tcp-relay.ts';
import type { Traffic } from '../tcp-relay.ts';
import { createFetchPositions } from './fetch-positions.ts';
import { createGroupMembers } from './group-members.ts';
import { openKafkaRelay } from './relay.ts';
import type { KafkaRelay, KafkaRelayOptions, RelayGroup } from './relay.ts';

export interface ClusterRelayOptions extends Omit<KafkaRelayOptions, 'target' | 'among'> {
  /** The worker's Toxiproxy proxies by the brokers' node ids; asked for every connection. Null: the broker is away. */
  readonly targets: ReadonlyMap<number, () => Address | null>;
}

export interface ClusterRelay extends Omit<KafkaRelay, 'address'> {
  /** One a broker. */
  readonly addresses: readonly Address[];
}

const sum = (parts: readonly Traffic[]): Traffic => ({
  bytesUp: parts.reduce((total, { bytesUp }) => total + bytesUp, 0),
  bytesDown: parts.reduce((total, { bytesDown }) => total + bytesDown, 0),
});

/** The latest of these moments; undefined when there is none. */
export const latest = (moments: readonly (number | undefined)[]): number | undefined =>
  moments.reduce((last, one) => (one === undefined || (last !== undefined && last > one) ? last : one), undefined);

/** Opens the relays, each on a free port. */
export const openClusterRelay = async ({ targets, ...options }: ClusterRelayOptions): Promise<ClusterRelay> => {
  const relays = new Map<number, KafkaRelay>();
  const members = createGroupMembers();
  const positions = createFetchPositions();
  const among: RelayGroup = {
    members,
    positions,
    nextConnection: countUp(),
    addressOf: (nodeId) => {
      const found = relays.get(nodeId);
      if (found === undefined)
        throw new RangeError(`Kafka's broker ${nodeId} was not there when the run began: the worker has no way to it`);
      return found.address;
    },
  };
  const all = (): readonly KafkaRelay[] => [...relays.values()];
  const close = async (): Promise<void> => {
    await Promise.all(all().map((relay) => relay.close()));
  };
  try {
    for (const [nodeId, target] of targets) relays.set(nodeId, await openKafkaRelay({ ...options, target, among }));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    addresses: all().map(({ address }) => address),
    traffic: () => sum(all().map((relay) => relay.traffic())),
    closeConnections: async () => {
      await Promise.all(all().map((relay) => relay.closeConnections()));
    },
    isStuck: async () => (await Promise.all(all().map((relay) => relay.isStuck()))).includes(true),
    lastActivity: () => latest(all().map((relay) => relay.lastActivity())),
    members: () => members.all(),
    supersededMembers: () => members.superseded(),
    hasConnectedMember: () => members.isConnected(),
    readFrom: positions.of,
    forgetMembers: () => {
      for (const relay of all()) relay.forgetMembers();
    },
    close,
  };
};
