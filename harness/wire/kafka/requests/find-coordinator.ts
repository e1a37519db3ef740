import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { check } from '../errors.ts';

/**
 * The coordinator of a group. Asking makes the broker create __consumer_offsets when it is not there yet.
 * Errors: KafkaError COORDINATOR_NOT_AVAILABLE until it is.
 */
export const findCoordinator = (
  group: string,
): KafkaRequest<{ readonly nodeId: number; readonly host: string; readonly port: number }> => ({
  api: 'FindCoordinator',
  version: 1,
  body: new Writer().string(group, false).int8(0).finish(),
  decode: (reader) => {
    reader.int32(); // throttle time
    const code = reader.int16();
    reader.nullableString(false); // message
    const node = { nodeId: reader.int32(), host: reader.string(false), port: reader.int32() };
    check('FindCoordinator', code, `group ${group}`);
    return node;
  },
});
