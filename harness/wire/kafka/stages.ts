/** What a relay does with the frames of one connection between a worker and a broker. */
import type { Address } from '../../addresses/address.ts';
import type { Stages } from '../tcp-relay.ts';
import { apiName, isFlexible } from './apis.ts';
import type { ApiName } from './apis.ts';
import { Reader } from './codec.ts';
import { fetchSession, givenSession } from './fetch-session.ts';
import type { FetchPositions } from './fetch-positions.ts';
import type { GroupMembers } from './group-members.ts';
import { createInFlight } from './in-flight.ts';
import type { Asked } from './in-flight.ts';
import { askedAnew, heldBackOf } from './passing/held-back.ts';
import { onlyPassing } from './passing/offered.ts';
import { WHOLE_FRAME_BYTES, createRelayFraming } from './relay-framing.ts';
import { namesBrokers, rewriteAddresses } from './rewrite-addresses.ts';
import { unknownTopics } from './unknown-topics.ts';
import { hintsAtEndpoints, withoutEndpoints } from './without-endpoints.ts';

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

/** Keeps a worker from what is somebody else's. */
export interface Guard {
  /** Is the topic, group or transactional id of that name the run's own? */
  may(name: string): boolean;
  /** A request that may not pass goes no further, and its connection is ended. What the worker did, in words. */
  heldBack(what: string): void;
}

export interface Connection {
  readonly connection: number;
  readonly members: GroupMembers;
  readonly positions: FetchPositions;
  /** Fetch sessions that the broker has given to the worker. */
  readonly sessions: Set<number>;
  readonly addressOf: (nodeId: number) => Address;
  /** Only then another broker may be named where the first was asked for something. */
  readonly several: boolean;
  readonly guard: Guard | undefined;
  /** The worker is told that the topic does not exist. */
  readonly missed: (topic: string) => void;
  readonly onFrame: (frame: KafkaFrame) => Buffer;
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

/** Size, key, version, correlation id: every request has at least these. */
const REQUEST_PREFIX_BYTES = 12;

/** A request's body: after size, key, version, correlation id, client id and, in flexible versions, the tagged fields. */
const bodyOf = (bytes: Buffer, api: ApiName, version: number): Reader => {
  const reader = new Reader(bytes, REQUEST_PREFIX_BYTES);
  reader.nullableString(false); // client id
  if (isFlexible(api, version)) reader.tags();
  return reader;
};

/** A Produce that wants no acknowledgement (acks=0) gets no answer. */
const isAnswered = (bytes: Buffer, api: ApiName, version: number): boolean => {
  if (api !== 'Produce') return true;
  const body = bodyOf(bytes, api, version);
  if (version >= 3) body.nullableString(isFlexible(api, version)); // transactional id
  return body.int16() !== 0;
};

export const createStages = (parts: Connection): Stages => {
  const { connection, members, positions, sessions, addressOf, several, guard, missed, onFrame } = parts;
  const inFlight = createInFlight();
  /** Of the frames that passed last. */
  let idling = false;
  const note = (api: ApiName | undefined): void => void (idling = api !== undefined && IDLING.has(api));

  /** `bytes`: the whole request, or the beginning of a large one. Undefined: nobody will answer it. */
  const readRequest = (bytes: Buffer): Asked | undefined => {
    const apiKey = bytes.readInt16BE(4);
    const version = bytes.readInt16BE(6);
    const api = apiName(apiKey);
    const asked = { apiKey, api, version, group: undefined };
    if (api === undefined) return asked;
    try {
      if (!isAnswered(bytes, api, version)) return undefined;
      const body = bodyOf(bytes, api, version);
      if (api === 'Fetch') positions.request(version, isFlexible(api, version), body);
      return { ...asked, group: members.request(api, version, isFlexible(api, version), body, connection) };
    } catch {
      // The worker sent something that is no such request; what to say about it is the broker's business.
      return asked;
    }
  };

  /** Errors: Error, always. */
  const holdBack = (what: string): never => {
    guard?.heldBack(what);
    throw new Error(`it ${what}: held back`);
  };

  /** The request as it is sent on. Errors: Error when it may not be. */
  const guarded = (bytes: Buffer, { may }: Guard): Buffer => {
    const asked = askedAnew(bytes);
    const what = asked === bytes ? heldBackOf(bytes, may) : undefined;
    if (what !== undefined) holdBack(what);
    const session = fetchSession(asked);
    if (session !== 0 && !sessions.has(session)) holdBack(`read by the fetch session ${session}, which is not its own`);
    return asked;
  };

  /** Notes that it is under way. `bytes`: the whole request, or the beginning of a large one. */
  const send = (bytes: Buffer): ApiName | undefined => {
    const correlationId = bytes.readInt32BE(8);
    // Its answer could be taken for another's, and go by unread.
    if (guard !== undefined && inFlight.has(correlationId))
      holdBack(`sent a second request of the number ${correlationId} before the first was answered`);
    const request = readRequest(bytes);
    if (request !== undefined) inFlight.add(correlationId, request);
    const api = apiName(bytes.readInt16BE(4));
    note(api);
    return api;
  };

  const up = (frame: Buffer): Buffer => {
    // Before anything is noted of it.
    const bytes = guard === undefined ? frame : guarded(frame, guard);
    if (bytes.length < REQUEST_PREFIX_BYTES) return bytes;
    send(bytes);
    const [apiKey, version, correlationId] = [bytes.readInt16BE(4), bytes.readInt16BE(6), bytes.readInt32BE(8)];
    return onFrame({ connection, direction: 'request', apiKey, version, correlationId, bytes });
  };

  const largeUp = (head: Buffer, size: number): 'pieces' => {
    if (guard !== undefined) holdBack(`sent a request of ${size} bytes, and up to ${WHOLE_FRAME_BYTES} can be checked`);
    send(head);
    return 'pieces';
  };

  /** The request that is answered. Errors: Error when there is none: who would know what the answer may tell? */
  const answered = (bytes: Buffer): Asked => {
    const request = inFlight.answeredBy(bytes.readInt32BE(4));
    if (request === undefined) throw new Error('an answer to no request that is under way: held back');
    note(request.api);
    return request;
  };

  const read = (bytes: Buffer, request: Asked): Buffer => {
    const { apiKey, api, version, group } = request;
    let answer = bytes;
    if (api === 'Metadata') for (const topic of unknownTopics(bytes, version)) missed(topic);
    if (api === 'Fetch' && guard !== undefined) sessions.add(givenSession(bytes, version));
    if (api !== undefined && namesBrokers(api)) answer = rewriteAddresses(bytes, api, version, addressOf);
    else if (api === 'ApiVersions' && guard !== undefined) answer = onlyPassing(bytes, version);
    else if (api !== undefined && several) answer = withoutEndpoints(bytes, api, version);
    if (api !== undefined && group !== undefined) {
      const flexible = isFlexible(api, version);
      const reader = new Reader(bytes, 8);
      if (flexible) reader.tags();
      members.response(api, version, flexible, group, reader, connection);
    }
    const correlationId = bytes.readInt32BE(4);
    return onFrame({ connection, direction: 'response', apiKey, version, correlationId, bytes: answer });
  };

  /** Of the large answer that is being collected. */
  let collecting: Asked | undefined;
  const down = (bytes: Buffer): Buffer => {
    const request = collecting ?? answered(bytes);
    collecting = undefined;
    return read(bytes, request);
  };

  /** A large answer (records, nearly always) passes in pieces unless something in it is to be read or changed. */
  const largeDown = (head: Buffer): 'pieces' | 'whole' => {
    const request = answered(head);
    const { api, version, group } = request;
    const isPlain =
      api !== undefined &&
      !namesBrokers(api) &&
      api !== 'ApiVersions' &&
      group === undefined &&
      !(several && hintsAtEndpoints(api, version));
    if (!isPlain) {
      collecting = request;
      return 'whole';
    }
    if (api === 'Fetch' && guard !== undefined) sessions.add(givenSession(head, version));
    return 'pieces';
  };

  return {
    up: createRelayFraming({
      onFrame: up,
      onLarge: largeUp,
      // By its size alone it is held back.
      ...(guard === undefined ? {} : { headBytes: 4 }),
      onNoFrame: () => void (guard !== undefined && holdBack('sent bytes that are no request of Kafka')),
    }),
    down: createRelayFraming({
      onFrame: down,
      onLarge: largeDown,
      onNoFrame: () => {
        throw new Error('Kafka answered with bytes that are no answer of it: held back');
      },
    }),
    closed: () => members.closed(connection),
    isIdling: () => idling,
  };
};
