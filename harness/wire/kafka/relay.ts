/** A relay in front of a broker, for one worker: it reads Kafka's frames and keeps the worker behind its own address. */
import type { Address } from '../../environment/types.ts';
import type { RecordEvent } from '../../history/events.ts';
import { openTcpRelay } from '../tcp-relay.ts';
import type { Place, Stages, TcpRelay } from '../tcp-relay.ts';
import { apiName, isFlexible } from './apis.ts';
import type { ApiName } from './apis.ts';
import { Reader } from './codec.ts';
import { createFetchPositions } from './fetch-positions.ts';
import type { FetchPosition, FetchPositions } from './fetch-positions.ts';
import { createGroupMembers } from './group-members.ts';
import type { GroupMembers } from './group-members.ts';
import { createRelayFraming } from './relay-framing.ts';
import { askedAnew, heldBackOf } from './passing/held-back.ts';
import { onlyPassing } from './passing/offered.ts';
import { namesBrokers, rewriteAddresses } from './rewrite-addresses.ts';
import { unknownTopics } from './unknown-topics.ts';
import { withoutEndpoints } from './without-endpoints.ts';

/** One frame that passes. */
export interface KafkaFrame {
  readonly connection: number;
  readonly direction: 'request' | 'response';
  readonly apiKey: number;
  readonly version: number;
  readonly correlationId: number;
  /** The whole frame, size prefix included. */
  readonly bytes: Buffer;
}

export interface KafkaRelayOptions {
  readonly worker: string;
  /** The worker's Toxiproxy proxy; asked for every connection. Null: the broker is away. */
  readonly target: () => Address | null;
  /** Is the harness at the way there right now? */
  readonly isDisturbed?: () => boolean;
  /** Serves only programs of the user who runs the harness. */
  readonly ownUserOnly?: boolean;
  /** Where it listens. Default: 127.0.0.1. */
  readonly place?: Place;
  readonly record: RecordEvent;
  /** Where there are several brokers. */
  readonly among?: RelayGroup;
  /** Left out: the worker may use every topic and group. */
  readonly guard?: Guard;
  /** Sees every frame up to 16 MiB and gives what is sent on: the one place where a fault can act on a message. */
  readonly onFrame?: (frame: KafkaFrame) => Buffer;
}

/** Keeps a worker from what is somebody else's. */
export interface Guard {
  /** Is the topic, group or transactional id of that name the run's own? */
  may(name: string): boolean;
  /** A request that may not pass goes no further, and its connection is ended. What the worker did, in words. */
  heldBack(what: string): void;
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

interface InFlight {
  readonly apiKey: number;
  readonly api: ApiName | undefined;
  readonly version: number;
  /** Present when the answer will name a member of this group. */
  readonly group: string | undefined;
}

/** What a consumer with nothing to do sends for as long as it lives. */
const IDLING: ReadonlySet<ApiName> = new Set<ApiName>([
  'Fetch',
  'Heartbeat',
  'ConsumerGroupHeartbeat',
  'OffsetCommit',
  'Metadata',
  'ApiVersions',
]);

/** Requests without an answer (Produce with acks=0) would otherwise stay for ever. */
const KEPT_IN_FLIGHT = 1024;
/** Size, key, version, correlation id: every request has at least these. */
const REQUEST_PREFIX_BYTES = 12;

interface Connection {
  readonly connection: number;
  readonly members: GroupMembers;
  readonly positions: FetchPositions;
  readonly addressOf: (nodeId: number) => Address;
  /** Only then another broker may be named where the first was asked for something. */
  readonly several: boolean;
  readonly guard: Guard | undefined;
  /** The worker is told that the topic does not exist. */
  readonly missed: (topic: string) => void;
  readonly onFrame: (frame: KafkaFrame) => Buffer;
}

/** A request's body: after size, key, version, correlation id, client id and, in flexible versions, the tagged fields. */
const bodyOf = (bytes: Buffer, api: ApiName, version: number): Reader => {
  const reader = new Reader(bytes, REQUEST_PREFIX_BYTES);
  reader.nullableString(false); // client id
  if (isFlexible(api, version)) reader.tags();
  return reader;
};

const createStages = (parts: Connection): Stages => {
  const { connection, members, positions, addressOf, several, guard, missed, onFrame } = parts;
  const inFlight = new Map<number, InFlight>();
  /** Of the frames that passed last. */
  let idling = false;
  const note = (api: ApiName | undefined): void => void (idling = api !== undefined && IDLING.has(api));

  const readRequest = (bytes: Buffer): InFlight => {
    const apiKey = bytes.readInt16BE(4);
    const version = bytes.readInt16BE(6);
    const api = apiName(apiKey);
    if (api === undefined) return { apiKey, api, version, group: undefined };
    try {
      const body = bodyOf(bytes, api, version);
      if (api === 'Fetch') positions.request(version, isFlexible(api, version), body);
      const group = members.request(api, version, isFlexible(api, version), body, connection);
      return { apiKey, api, version, group };
    } catch {
      // The worker sent something that is no such request; what to say about it is the broker's business.
      return { apiKey, api, version, group: undefined };
    }
  };

  /** Errors: Error, always. */
  const holdBack = (what: string): void => {
    guard?.heldBack(what);
    throw new Error(`it ${what}: held back`);
  };

  /** The request as it is sent on. Errors: Error when it may not be. */
  const guarded = (bytes: Buffer, { may }: Guard): Buffer => {
    const asked = askedAnew(bytes);
    const what = asked === bytes ? heldBackOf(bytes, may) : undefined;
    if (what !== undefined) holdBack(what);
    return asked;
  };

  const up = (frame: Buffer): Buffer => {
    // Before anything is noted of it.
    const bytes = guard === undefined ? frame : guarded(frame, guard);
    if (bytes.length < REQUEST_PREFIX_BYTES) return bytes;
    const correlationId = bytes.readInt32BE(8);
    // Its answer would be taken for another's, and go by unread. To Produce there may have been none.
    const underWay = inFlight.get(correlationId);
    if (guard !== undefined && underWay !== undefined && underWay.api !== 'Produce')
      holdBack(`sent a second request of the number ${correlationId} before the first was answered`);
    const request = readRequest(bytes);
    inFlight.set(correlationId, request);
    if (inFlight.size > KEPT_IN_FLIGHT) inFlight.delete(inFlight.keys().next().value!);
    const { apiKey, version } = request;
    note(request.api);
    return onFrame({ connection, direction: 'request', apiKey, version, correlationId, bytes });
  };

  const down = (bytes: Buffer): Buffer => {
    const correlationId = bytes.readInt32BE(4);
    const request = inFlight.get(correlationId);
    if (request === undefined) {
      // What is not known to be an answer without addresses might tell the worker the way past its relay.
      if (guard !== undefined) throw new Error('an answer to no request that is under way: held back');
      return bytes;
    }
    inFlight.delete(correlationId);
    const { apiKey, api, version, group } = request;
    note(api);
    let answer = bytes;
    if (api === 'Metadata') for (const topic of unknownTopics(bytes, version)) missed(topic);
    if (api !== undefined && namesBrokers(api)) answer = rewriteAddresses(bytes, api, version, addressOf);
    else if (api === 'ApiVersions' && guard !== undefined) answer = onlyPassing(bytes, version);
    else if (api !== undefined && several) answer = withoutEndpoints(bytes, api, version);
    if (api !== undefined && group !== undefined) {
      const flexible = isFlexible(api, version);
      const reader = new Reader(bytes, 8);
      if (flexible) reader.tags();
      members.response(api, version, flexible, group, reader, connection);
    }
    return onFrame({ connection, direction: 'response', apiKey, version, correlationId, bytes: answer });
  };

  return {
    up: createRelayFraming(up, guard === undefined ? undefined : holdBack),
    down: createRelayFraming(down),
    closed: () => members.closed(connection),
    isIdling: () => idling,
  };
};

/**
 * Opens a relay on a free port. Brokers that answers name (Metadata, FindCoordinator, DescribeCluster) become relays, so
 * that the brokers' own listeners stay as they are: this one, or those of `among`.
 */
export const openKafkaRelay = async ({
  worker,
  target,
  isDisturbed,
  ownUserOnly,
  place,
  record,
  among,
  guard,
  onFrame,
}: KafkaRelayOptions): Promise<KafkaRelay> => {
  const members = among?.members ?? createGroupMembers();
  const positions = among?.positions ?? createFetchPositions();
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
    ...(ownUserOnly === undefined ? {} : { ownUserOnly }),
    ...(place === undefined ? {} : { place }),
    record,
    ...(among === undefined ? {} : { nextConnection: among.nextConnection }),
    stages: (connection, self) => {
      const addressOf = among?.addressOf ?? ((): Address => self);
      const several = among !== undefined;
      return createStages({ connection, members, positions, addressOf, several, guard, missed, onFrame: pass });
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
