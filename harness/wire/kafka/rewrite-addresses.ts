/** Puts a relay's address in the place of the brokers' in the answers that name brokers. */
import type { Address } from '../../addresses/address.ts';
import { isFlexible } from './apis.ts';
import type { ApiName } from './apis.ts';
import { Reader, Writer } from './codec.ts';

interface Walk {
  readonly reader: Reader;
  readonly version: number;
  readonly flexible: boolean;
  /** Reads node id, host and port, and replaces the last two. */
  broker(): void;
}

const brokers = ({ reader, flexible, broker }: Walk, hasRack: boolean, hasFenced: boolean): void => {
  reader.array(flexible, () => {
    broker();
    if (hasRack) reader.nullableString(flexible);
    if (hasFenced) reader.boolean();
    if (flexible) reader.tags();
  });
};

/** How to walk to the addresses; what follows the last one is not looked at. Layouts: `common/message/*Response.json` of Kafka 4.2. */
const WALKS: Readonly<Partial<Record<ApiName, (walk: Walk) => void>>> = {
  Metadata: (walk) => {
    if (walk.version >= 3) walk.reader.int32(); // throttle time
    brokers(walk, walk.version >= 1, false);
  },
  FindCoordinator: ({ reader, version, flexible, broker }) => {
    if (version >= 1) reader.int32(); // throttle time
    if (version >= 4) {
      reader.array(true, () => {
        reader.string(true); // key
        broker();
        reader.int16(); // error
        reader.nullableString(true); // message
        reader.tags();
      });
      return;
    }
    reader.int16(); // error
    if (version >= 1) reader.nullableString(flexible); // message
    broker();
  },
  DescribeCluster: (walk) => {
    const { reader, version } = walk;
    reader.int32(); // throttle time
    reader.int16(); // error
    reader.nullableString(true); // message
    if (version >= 1) reader.int8(); // endpoint type
    reader.string(true); // cluster id
    reader.int32(); // controller
    brokers(walk, true, version >= 2);
  },
};

/** True for the APIs whose answers name brokers. */
export const namesBrokers = (api: ApiName): boolean => WALKS[api] !== undefined;

/**
 * The answer (a whole frame, size prefix included) with every broker's address replaced by what `addressOf` gives for its
 * node id. Errors: RangeError when the answer does not have its shape; what `addressOf` throws
 */
export const rewriteAddresses = (
  frame: Buffer,
  api: ApiName,
  version: number,
  addressOf: (nodeId: number) => Address,
): Buffer => {
  const walk = WALKS[api];
  if (walk === undefined) return frame;
  const flexible = isFlexible(api, version);
  const reader = new Reader(frame, 8);
  const parts: Buffer[] = [];
  let copied = 4;
  const broker = (): void => {
    const nodeId = reader.int32();
    const start = reader.position;
    const host = reader.string(flexible);
    const port = reader.int32();
    // No coordinator: empty host, port -1.
    if (host === '' || port < 0) return;
    const to = addressOf(nodeId);
    parts.push(frame.subarray(copied, start), new Writer().string(to.host, flexible).int32(to.port).finish());
    copied = reader.position;
  };
  if (flexible) reader.tags(); // the header's
  walk({ reader, version, flexible, broker });
  const body = Buffer.concat([...parts, frame.subarray(copied)]);
  return new Writer().int32(body.length).raw(body).finish();
};
