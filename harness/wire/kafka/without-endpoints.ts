/**
 * A broker that is no longer the leader names the new one with its address in its very refusal (KIP-951): a client that
 * takes it up goes past the relays. Without that hint it asks for metadata, as it did before there were hints.
 */
import { isFlexible } from './apis.ts';
import type { ApiName } from './apis.ts';
import { Reader, Writer } from './codec.ts';

/** How to walk to the tagged fields that end an answer. Layouts: `common/message/*Response.json` of Kafka 4.2. */
interface Walk {
  /** The first version that has the hint, its only tagged field there. */
  readonly from: number;
  walk(reader: Reader, version: number): void;
}

const topicOf = (reader: Reader, version: number, idsFrom: number): void => {
  if (version >= idsFrom) reader.uuid();
  else reader.string(true);
};

const WALKS: Readonly<Partial<Record<ApiName, Walk>>> = {
  Produce: {
    from: 10,
    walk: (reader, version) => {
      reader.array(true, () => {
        topicOf(reader, version, 13);
        reader.array(true, () => {
          reader.int32(); // partition
          reader.int16(); // error
          for (let i = 0; i < 3; i++) reader.int64(); // base offset, append time, log start offset
          reader.array(true, () => {
            reader.int32(); // index in the batch
            reader.nullableString(true); // message
            reader.tags();
          });
          reader.nullableString(true); // message
          reader.tags();
        });
        reader.tags();
      });
      reader.int32(); // throttle time
    },
  },
  Fetch: {
    from: 16,
    walk: (reader, version) => {
      reader.int32(); // throttle time
      reader.int16(); // error
      reader.int32(); // session
      reader.array(true, () => {
        topicOf(reader, version, 13);
        reader.array(true, () => {
          reader.int32(); // partition
          reader.int16(); // error
          for (let i = 0; i < 3; i++) reader.int64(); // high watermark, last stable offset, log start offset
          reader.array(true, () => {
            reader.int64(); // producer
            reader.int64(); // first offset
            reader.tags();
          });
          reader.int32(); // preferred replica
          reader.nullableBytes(true); // records
          reader.tags();
        });
        reader.tags();
      });
    },
  },
};

/** May an answer of that version name brokers among its tagged fields? */
export const hintsAtEndpoints = (api: ApiName, version: number): boolean =>
  version >= (WALKS[api]?.from ?? Infinity) && isFlexible(api, version);

/** The answer (a whole frame, size prefix included) without brokers' addresses among its tagged fields. */
export const withoutEndpoints = (frame: Buffer, api: ApiName, version: number): Buffer => {
  const found = WALKS[api];
  if (found === undefined || !hintsAtEndpoints(api, version)) return frame;
  const reader = new Reader(frame, 8);
  reader.tags(); // the header's
  found.walk(reader, version);
  const end = reader.position;
  if (reader.unsignedVarint() === 0) return frame;
  const body = Buffer.concat([frame.subarray(4, end), Buffer.from([0])]);
  return new Writer().int32(body.length).raw(body).finish();
};
