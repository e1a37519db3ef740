/** Which topics an answer says do not exist. */
import { isFlexible } from './apis.ts';
import { Reader } from './codec.ts';
import { ERROR } from './errors.ts';

/**
 * The names in an answer to Metadata (a whole frame, size prefix included) that come with "unknown topic". Layout:
 * `MetadataResponse.json` of Kafka 4.2. An answer that does not have its shape names none.
 */
export const unknownTopics = (frame: Buffer, version: number): readonly string[] => {
  const flexible = isFlexible('Metadata', version);
  const reader = new Reader(frame, 8);
  const skipInts = (): void => void reader.array(flexible, () => reader.int32());
  try {
    if (flexible) reader.tags(); // the header's
    if (version >= 3) reader.int32(); // throttle time
    reader.array(flexible, () => {
      reader.int32(); // node id
      reader.string(flexible); // host
      reader.int32(); // port
      if (version >= 1) reader.nullableString(flexible); // rack
      if (flexible) reader.tags();
    });
    if (version >= 2) reader.nullableString(flexible); // cluster id
    if (version >= 1) reader.int32(); // controller
    const topics = reader.array(flexible, () => {
      const code = reader.int16();
      const name = reader.nullableString(flexible);
      if (version >= 10) reader.uuid();
      if (version >= 1) reader.boolean(); // internal
      reader.array(flexible, () => {
        reader.int16(); // error
        reader.int32(); // partition
        reader.int32(); // leader
        if (version >= 7) reader.int32(); // leader epoch
        skipInts(); // replicas
        skipInts(); // in sync
        if (version >= 5) skipInts(); // offline
        if (flexible) reader.tags();
      });
      if (version >= 8) reader.int32(); // authorised operations
      if (flexible) reader.tags();
      return code === ERROR.unknownTopicOrPartition && name !== null ? [name] : [];
    });
    return topics.flat();
  } catch {
    return [];
  }
};
