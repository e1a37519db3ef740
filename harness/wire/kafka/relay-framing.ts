/** Cuts the bytes that pass a relay into frames, without ever keeping more than one. */

/** A frame up to this size is looked at whole; of a larger one its beginning says whether it has to be. */
export const WHOLE_FRAME_BYTES = 16 * 1024 * 1024;
/** So much of its beginning, size prefix included, unless less will do. */
export const HEAD_BYTES = 4096;

/** No broker takes or sends a frame of this size (socket.request.max.bytes is 100 MiB): these are not Kafka's frames. */
const NO_FRAME_BYTES = 256 * 1024 * 1024;
/** The shortest frame: an answer that has only its correlation id. */
const SHORTEST_FRAME_BYTES = 4;

const NOTHING = Buffer.alloc(0);

export interface Frames {
  /** Gets whole frames, size prefix included, and gives what becomes of one. */
  readonly onFrame: (frame: Buffer) => Buffer;
  /** Gets the beginning of a large one: may the rest pass in pieces, or is it needed whole? What it throws keeps all of it. */
  readonly onLarge: (head: Buffer, size: number) => 'pieces' | 'whole';
  /** How much of the beginning that has to see. */
  readonly headBytes?: number;
  /** Hears of bytes that are no frame, before they and all that follows pass; what it throws keeps them. */
  readonly onNoFrame: () => void;
}

/** Gives what is sent on instead of a chunk. */
export const createRelayFraming = ({
  onFrame,
  onLarge,
  onNoFrame,
  headBytes = HEAD_BYTES,
}: Frames): ((chunk: Buffer) => readonly Buffer[]) => {
  /** Of the frame that is being collected. */
  let parts: Buffer[] = [];
  let have = 0;
  /** The large frame in hand is needed whole. */
  let whole = false;
  /** Bytes of a large frame that are still to pass. */
  let passing = 0;
  /** What comes is no protocol of Kafka's: the broker may judge it. */
  let unframed = false;

  const collected = (): Buffer => {
    if (parts.length > 1) parts = [Buffer.concat(parts, have)];
    return parts[0] ?? NOTHING;
  };
  const taken = (): Buffer => {
    const bytes = collected();
    parts = [];
    have = 0;
    whole = false;
    return bytes;
  };
  const sizeOf = (): number => {
    if (parts.length > 1 && parts[0]!.length < 4) collected();
    return parts[0]!.readInt32BE(0);
  };

  /** How many bytes there must be before the next decision about the frame in hand. */
  const wanted = (): number => {
    if (have < 4) return 4;
    const size = sizeOf();
    return size + 4 > WHOLE_FRAME_BYTES && !whole ? headBytes : size + 4;
  };

  /** Gives the bytes to send on, if any, once there are as many as were wanted. */
  const decide = (): Buffer => {
    const size = sizeOf();
    if (size < SHORTEST_FRAME_BYTES || size > NO_FRAME_BYTES) {
      onNoFrame();
      unframed = true;
      return taken();
    }
    if (have === size + 4) return onFrame(taken());
    if (have < headBytes || whole || size + 4 <= WHOLE_FRAME_BYTES) return NOTHING;
    whole = onLarge(collected(), size) === 'whole';
    if (whole) return NOTHING;
    passing = size + 4 - have;
    return taken();
  };

  /** Takes from the chunk what belongs to the frame in hand; gives the bytes to send on, if any, and the chunk's rest. */
  const step = (chunk: Buffer): { readonly out: Buffer; readonly rest: Buffer } => {
    if (unframed) return { out: chunk, rest: NOTHING };
    if (passing > 0) {
      const out = chunk.subarray(0, passing);
      passing -= out.length;
      return { out, rest: chunk.subarray(out.length) };
    }
    const next = chunk.subarray(0, wanted() - have);
    parts.push(next);
    have += next.length;
    const rest = chunk.subarray(next.length);
    return { out: have < 4 ? NOTHING : decide(), rest };
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
