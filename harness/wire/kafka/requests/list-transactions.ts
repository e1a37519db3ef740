import { Writer } from '../codec.ts';
import { check } from '../errors.ts';
import type { KafkaRequest } from '../request.ts';

/** All transactional ids, in whatever state. A broker knows those that it coordinates; Kafka has the request since 3.0. */
export const listTransactions = (): KafkaRequest<readonly string[]> => ({
  api: 'ListTransactions',
  version: 0,
  // Of every state, and of every producer.
  body: new Writer().length(0, true).length(0, true).tags().finish(),
  route: { to: 'every broker', join: (lists) => lists.flat() },
  decode: (reader) => {
    reader.int32(); // throttle time
    check('ListTransactions', reader.int16(), 'the broker');
    reader.array(true, () => reader.string(true)); // states it does not know
    return reader.array(true, () => {
      const id = reader.string(true);
      reader.int64(); // producer
      reader.string(true); // state
      reader.tags();
      return id;
    });
  },
});
