/** An answer to ApiVersions that offers a worker what it may send, and nothing else: its client takes a version of these. */
import { apiName, isFlexible } from '../apis.ts';
import { Reader, Writer } from '../codec.ts';
import { PASSING } from './requests.ts';

interface Offer {
  readonly key: number;
  readonly first: number;
  readonly last: number;
}

/** What both the broker has and can be checked; nothing when there is no such version. */
const cut = ({ key, first, last }: Offer): readonly Offer[] => {
  const api = apiName(key);
  const passing = api === undefined ? undefined : PASSING[api];
  if (passing === undefined) return [];
  const both = { key, first: Math.max(first, passing.versions[0]), last: Math.min(last, passing.versions[1]) };
  return both.first > both.last ? [] : [both];
};

/**
 * The answer (a whole frame, size prefix included) cut to that; `version` is that of the question. One that says that the
 * broker does not know the version is in the first, and may be without any offer. Errors: RangeError when it has no such shape.
 */
export const onlyPassing = (frame: Buffer, version: number): Buffer => {
  // The header is the old one in every version (KIP-511).
  const reader = new Reader(frame, 8);
  const flexible = reader.int16() === 0 && isFlexible('ApiVersions', version);
  if (reader.remaining === 0) return frame;
  const from = reader.position;
  const offers = reader.array(flexible, () => {
    const offer = { key: reader.int16(), first: reader.int16(), last: reader.int16() };
    if (flexible) reader.tags();
    return offer;
  });
  const kept = new Writer();
  kept.array(offers.flatMap(cut), flexible, ({ key, first, last }) => {
    kept.int16(key).int16(first).int16(last);
    if (flexible) kept.tags();
  });
  const body = Buffer.concat([frame.subarray(4, from), kept.finish(), frame.subarray(reader.position)]);
  return new Writer().int32(body.length).raw(body).finish();
};
