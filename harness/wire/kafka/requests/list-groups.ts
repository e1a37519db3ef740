import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../connection.ts';
import { check } from '../errors.ts';

/** Names of all groups of which this broker is the coordinator. */
export const listGroups = (): KafkaRequest<readonly string[]> => ({
  api: 'ListGroups',
  version: 0,
  body: new Writer().finish(),
  decode: (reader) => {
    check('ListGroups', reader.int16(), 'the broker');
    return reader.array(false, () => {
      const group = reader.string(false);
      reader.string(false); // protocol type
      return group;
    });
  },
});
