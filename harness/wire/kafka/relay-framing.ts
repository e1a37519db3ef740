/** Cuts the bytes that pass a relay into frames, without ever keeping more than one of a sane size. */

/** A frame up to this size is looked at whole; a larger one passes in pieces, unseen. */
export const WHOLE_FRAME_BYTES = 16 * 1024 * 1024;

/** No broker takes or sends a frame of this size (socket.request.max.bytes is 100 MiB): these are not Kafka's frames. */
const NO_FRAME_BYTES = 256 * 1024 * 1024;
/** The shortest frame: an answer that has only its correlation id. */
const SHORTEST_FRAME_BYTES = 4;

const NOTHING = Buffer.alloc(0);

/**
 * Gives what is sent on instead of a chunk. `onFrame` gets whole frames, size prefix included, and gives what becomes of one.
 * `onUnseen` hears of bytes that would pass without that, before they do; what it throws keeps them.
 */
export const createRelayFraming = (
  onFrame: (frame: Buffer) => Buffer,
  onUnseen: (what: string) => void = () => undefined,
): ((chunk: Buffer) => readonly Buffer[]) => {
  /** Of the frame that is being collected. */
  let parts: Buffer[] = [];
  let have = 0;
  /** Bytes of a large frame that are still to pass. */
  let passing = 0;
  /** What comes is no protocol of Kafka's: the broker may judge it. */
  let unframed = false;

  const sizeOf = (): number => {
    if (parts.length > 1 && parts[0]!.length < 4) parts = [Buffer.concat(parts, have)];
    return parts[0]!.readInt32BE(0);
  };

  /** Takes from the chunk what belongs to the frame in hand; gives the bytes to send on, if any, and the chunk's rest. */
  const step = (chunk: Buffer): { readonly out: Buffer; readonly rest: Buffer } => {
    if (unframed) return { out: chunk, rest: NOTHING };
    if (passing > 0) {
      const out = chunk.subarray(0, passing);
      passing -= out.length;
      return { out, rest: chunk.subarray(out.length) };
    }
    const missing = have < 4 ? 4 - have : sizeOf() + 4 - have;
    const taken = chunk.subarray(0, missing);
    parts.push(taken);
    have += taken.length;
    const rest = chunk.subarray(taken.length);
    if (have < 4) return { out: NOTHING, rest };
    const size = sizeOf();
    const collected = (): Buffer => {
      const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts, have);
      parts = [];
      have = 0;
      return bytes;
    };
    if (size < SHORTEST_FRAME_BYTES || size > NO_FRAME_BYTES) {
      onUnseen('sent bytes that are no request of Kafka');
      unframed = true;
      return { out: collected(), rest };
    }
    if (size + 4 > WHOLE_FRAME_BYTES) {
      onUnseen(`sent a request of ${size} bytes, and up to ${WHOLE_FRAME_BYTES} can be checked`);
      passing = size + 4 - have;
      return { out: collected(), rest };
    }
    return { out: have === size + 4 ? onFrame(collected()) : NOTHING, rest };
  };

  return (chunk) => {
    const sent: Buffer[] = [];
    for (let left = chunk; left.length > 0;) {
      const { out, rest } = step(left);
      if (out.length > 0) sent.push(out);
      left = rest;
    }
    return sent;
  };
};
