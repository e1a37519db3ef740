/**
 * Which topics and groups a worker's requests are about, so that its relay can hold back what is about somebody else's.
 * Layouts: `common/message/*Request.json` of Kafka 4.2.
 */
import { APIS, isFlexible } from './apis.ts';
import type { ApiName } from './apis.ts';
import { Reader } from './codec.ts';

/** What a request is about, in the words of an error. */
export interface About {
  readonly what: 'wrote to the topic' | 'read the topic' | 'asked for the group';
  readonly names: readonly string[];
}

type Read = (reader: Reader, version: number, flexible: boolean) => About;

/** `[topic [partition]]`: only the topics. */
const topics = (reader: Reader, flexible: boolean, partition: () => void): readonly string[] =>
  reader.array(flexible, () => {
    const topic = reader.string(flexible);
    reader.array(flexible, () => {
      partition();
      if (flexible) reader.tags();
    });
    if (flexible) reader.tags();
    return topic;
  });

const group: Read = (reader, _version, flexible) => ({
  what: 'asked for the group',
  names: [reader.string(flexible)],
});

const READS: Readonly<Partial<Record<ApiName, Read>>> = {
  Produce: (reader, version, flexible) => {
    if (version >= 3) reader.nullableString(flexible); // transaction
    reader.int16(); // acknowledgements
    reader.int32(); // time-out
    const names = topics(reader, flexible, () => {
      reader.int32(); // partition
      reader.nullableBytes(flexible);
    });
    return { what: 'wrote to the topic', names };
  },
  Fetch: (reader, version, flexible) => {
    for (let i = 0; i < 3; i++) reader.int32(); // replica, wait, least bytes
    if (version >= 3) reader.int32(); // most bytes
    if (version >= 4) reader.int8(); // isolation
    if (version >= 7) reader.int64(); // session and its epoch
    const names = topics(reader, flexible, () => {
      reader.int32(); // partition
      if (version >= 9) reader.int32(); // leader epoch
      reader.int64(); // offset
      if (version >= 12) reader.int32(); // last epoch
      if (version >= 5) reader.int64(); // log start
      reader.int32(); // most bytes
    });
    return { what: 'read the topic', names };
  },
  JoinGroup: group,
  OffsetCommit: group,
  ConsumerGroupHeartbeat: group,
  TxnOffsetCommit: (reader, _version, flexible) => {
    reader.string(flexible); // transaction
    return { what: 'asked for the group', names: [reader.string(flexible)] };
  },
};

/** Up to this version they name topics; later ones have ids. */
const LAST_WITH_NAMES: Readonly<Partial<Record<ApiName, number>>> = { Produce: 12, Fetch: 12 };

/**
 * The first thing that a request (its body, read from behind the header) is about and may not be; undefined: it may pass.
 * Errors: RangeError when the request does not have its shape.
 */
export const outsideOf = (
  reader: Reader,
  api: ApiName,
  version: number,
  may: (name: string) => boolean,
): string | undefined => {
  const about = READS[api]?.(reader, version, isFlexible(api, version));
  const outside = about?.names.find((name) => !may(name));
  return outside === undefined ? undefined : `${about?.what} ${outside}`;
};

/** True for the APIs whose requests are about topics or groups that may be somebody else's. */
export const isAboutNames = (api: ApiName): boolean => READS[api] !== undefined;

/**
 * An answer to ApiVersions (a whole frame, size prefix included) that offers no request by topic ids: clients take the
 * version before, which names its topics.
 */
export const withoutTopicIds = (frame: Buffer, version: number): Buffer => {
  const flexible = isFlexible('ApiVersions', version);
  // The header is the old one in every version (KIP-511).
  const reader = new Reader(frame, 8);
  // A version that the broker does not know: it answers in the first, and the client asks again.
  if (reader.int16() !== 0) return frame;
  const lasts = new Map<number, number>(
    Object.entries(LAST_WITH_NAMES).map(([api, last]) => [APIS[api as ApiName].key, last]),
  );
  const capped = Buffer.from(frame);
  reader.array(flexible, () => {
    const last = lasts.get(reader.int16());
    reader.int16(); // from
    const at = reader.position;
    const to = reader.int16();
    if (last !== undefined && to > last) capped.writeInt16BE(last, at);
    if (flexible) reader.tags();
  });
  return capped;
};
