import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { check } from '../errors.ts';

/** The versions a broker supports, by API key. The first answer of a broker: proves that it is one. */
export const apiVersions = (): KafkaRequest<ReadonlyMap<number, { readonly min: number; readonly max: number }>> => ({
  api: 'ApiVersions',
  version: 0,
  body: new Writer().finish(),
  decode: (reader) => {
    check('ApiVersions', reader.int16(), 'the broker');
    return new Map(reader.array(false, () => [reader.int16(), { min: reader.int16(), max: reader.int16() }] as const));
  },
});
