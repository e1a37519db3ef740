import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { check } from '../errors.ts';

/** Names of all groups. A broker knows those that it coordinates. */
export const listGroups = (): KafkaRequest<readonly string[]> => ({
  api: 'ListGroups',
  version: 0,
  body: new Writer().finish(),
  route: { to: 'every broker', join: (lists) => lists.flat() },
  decode: (reader) => {
    check('ListGroups', reader.int16(), 'the broker');
    return reader.array(false, () => {
      const group = reader.string(false);
      reader.string(false); // protocol type
      return group;
    });
  },
});
