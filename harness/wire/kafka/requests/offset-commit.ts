import type { Offsets } from '../../../history/events.ts';
import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { check } from '../errors.ts';
import { offsetEntries, partitionName } from './shared.ts';

/** Commit metadata by which the recorder knows the harness's own commits. */
export const HARNESS_COMMIT = 'faultline';

/**
 * Sets a group's committed offsets from outside (generation -1). The group must have no members.
 * Errors: KafkaError UNKNOWN_MEMBER_ID while it has some.
 */
export const offsetCommit = (
  group: string,
  offsets: Offsets,
  metadata: string = HARNESS_COMMIT,
): KafkaRequest<void> => {
  // Generation -1, no member, the broker's own retention.
  const writer = new Writer().string(group, false).int32(-1).string('', false).int64(-1);
  writer.array(offsetEntries(offsets), false, ({ topic, partitions }) =>
    writer
      .string(topic, false)
      .array(partitions, false, ({ partition, offset }) =>
        writer.int32(partition).int64(offset).string(metadata, false),
      ),
  );
  return {
    api: 'OffsetCommit',
    version: 2,
    body: writer.finish(),
    route: { to: 'coordinator', group },
    decode: (reader) => {
      reader.array(false, () => {
        const topic = reader.string(false);
        reader.array(false, () => {
          const partition = reader.int32();
          check('OffsetCommit', reader.int16(), `group ${group}, ${partitionName(topic, partition)}`);
        });
      });
    },
  };
};
