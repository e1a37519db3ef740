/**
 * Fetch sessions: a consumer that has one names only what changed in it, so that a request without a name reads all of its
 * topics. A broker gives them by numbers, and takes a number from whoever sends it (KIP-227).
 */
import { APIS, isFlexible } from './apis.ts';
import { Reader } from './codec.ts';

/** The first version with sessions. */
const SESSIONS_SINCE = 7;

/** By which one a request (a whole frame) reads; 0: none, or it asks for a new one, or is no Fetch. Errors: RangeError when it is too short. */
export const fetchSession = (frame: Buffer): number => {
  const version = frame.readInt16BE(6);
  if (frame.readInt16BE(4) !== APIS.Fetch.key || version < SESSIONS_SINCE) return 0;
  const reader = new Reader(frame, 12);
  reader.nullableString(false); // client id
  if (isFlexible('Fetch', version)) reader.tags();
  for (let i = 0; i < 4; i++) reader.int32(); // replica, wait, least and most bytes
  reader.int8(); // isolation
  return reader.int32();
};

/** The one that an answer gives, or goes on with; 0: none. */
export const givenSession = (frame: Buffer, version: number): number => {
  if (version < SESSIONS_SINCE) return 0;
  const reader = new Reader(frame, 8);
  if (isFlexible('Fetch', version)) reader.tags();
  reader.int32(); // throttle time
  reader.int16(); // error
  return reader.int32();
};
