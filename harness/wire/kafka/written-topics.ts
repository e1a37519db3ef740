/** Which topics a worker writes to, seen in its Produce requests. Layouts: `common/message/*.json` of Kafka 4.2. */
import { APIS, isFlexible } from './apis.ts';
import { Reader } from './codec.ts';

/** From here on a Produce request names topics by ids. */
const IDS_FROM = 13;

/** Topics of a Produce request, read from behind its header. Errors: RangeError when it does not have its shape. */
export const writtenTopics = (reader: Reader, version: number): readonly string[] => {
  const flexible = isFlexible('Produce', version);
  if (version >= 3) reader.nullableString(flexible); // transaction
  reader.int16(); // acknowledgements
  reader.int32(); // time-out
  return reader.array(flexible, () => {
    const topic = reader.string(flexible);
    reader.array(flexible, () => {
      reader.int32(); // partition
      reader.nullableBytes(flexible);
      if (flexible) reader.tags();
    });
    if (flexible) reader.tags();
    return topic;
  });
};

/**
 * An answer to ApiVersions (a whole frame, size prefix included) that offers no Produce by topic ids: clients take the
 * version before, which names its topics.
 */
export const withoutTopicIds = (frame: Buffer, version: number): Buffer => {
  const flexible = isFlexible('ApiVersions', version);
  // The header is the old one in every version (KIP-511).
  const reader = new Reader(frame, 8);
  const error = reader.int16();
  // Another version than asked for: the broker answers as in the first, and the client asks again.
  if (error !== 0) return frame;
  const capped = Buffer.from(frame);
  reader.array(flexible, () => {
    const key = reader.int16();
    reader.int16(); // from
    const at = reader.position;
    const to = reader.int16();
    if (key === APIS.Produce.key && to >= IDS_FROM) capped.writeInt16BE(IDS_FROM - 1, at);
    if (flexible) reader.tags();
  });
  return capped;
};
