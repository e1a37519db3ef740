import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { ERROR, check } from '../errors.ts';

/** Deletes groups with their committed offsets; they must have no member. One that does not exist is no error. */
export const deleteGroups = (groups: readonly string[]): KafkaRequest<void> => {
  const writer = new Writer();
  writer.array(groups, false, (group) => void writer.string(group, false));
  return {
    api: 'DeleteGroups',
    version: 1,
    body: writer.finish(),
    route: { to: 'coordinators', groups, parts: { of: deleteGroups, join: () => undefined } },
    decode: (reader) => {
      reader.int32(); // throttle time
      reader.array(false, () => {
        const group = reader.string(false);
        const code = reader.int16();
        if (code !== ERROR.groupNotFound) check('DeleteGroups', code, `group ${group}`);
      });
    },
  };
};
