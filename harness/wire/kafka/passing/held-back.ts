/**
 * What a worker may send to a cluster that has topics and groups of somebody else's: only requests that are listed, read to
 * their last byte, in which every name is the run's own. Everything else is held back.
 */
import { APIS, apiName, isFlexible } from '../apis.ts';
import type { ApiName } from '../apis.ts';
import { Reader } from '../codec.ts';
import { nameOfApi } from './api-names.ts';
import { readWhole, requireNoTags } from './layout.ts';
import type { Labelled } from './layout.ts';
import { PASSING } from './requests.ts';

/** Is the topic, group or transactional id of that name the run's own? */
export type May = (name: string) => boolean;

/** Size, key, version, correlation id: every request has at least these. */
const PREFIX_BYTES = 12;

const GROUP = 0;
const TRANSACTION = 1;
/** Before it, asking for metadata of a topic may make it. */
const METADATA_SAYS_WHETHER = 4;

const TOPIC_WORDS: Readonly<Partial<Record<ApiName, string>>> = {
  Produce: 'wrote to the topic',
  Fetch: 'read the topic',
  CreateTopics: 'made the topic',
  Metadata: 'asked for a topic to be made',
};

const transactionalIdOf = (id: string): string =>
  `used the transactional id ${id}, which lacks the prefix of this run (give it one that begins with the name of the worker's ` +
  'group: that has the prefix)';

const nameless = 'named nothing where a name belongs';

const groupOf = (value: string): string => `asked for the group ${value}, which lacks the prefix of this run`;

const numberOf = (found: readonly Labelled[], label: Labelled['label']): number | undefined => {
  const value = found.find((one) => one.label === label)?.value;
  return typeof value === 'number' ? value : undefined;
};

/** The first of these that is not the run's own, in words. */
const strayOf = (api: ApiName, version: number, found: readonly Labelled[], may: May): string | undefined => {
  const makesTopics = version < METADATA_SAYS_WHETHER || numberOf(found, 'may make topics') !== 0;
  const kind = numberOf(found, 'kind of coordinator') ?? GROUP;
  for (const { label, value } of found) {
    if (label === 'replica' && Number(value) >= 0) return `asked as a broker that copies (${api})`;
    if (label === 'kind of coordinator' && value !== GROUP && value !== TRANSACTION)
      return `asked for a coordinator of the kind ${value}`;
    // No transaction; a topic by its id, which makes none.
    if (value === null && (label === 'transactional id' || label === 'described topic')) continue;
    if (typeof value === 'number') continue;
    if (value === null) return nameless;
    if (may(value)) continue;
    if (label === 'topic')
      return `${TOPIC_WORDS[api] ?? 'asked about the topic'} ${value}, which lacks the prefix of this run`;
    if (label === 'described topic' && makesTopics)
      return `${TOPIC_WORDS[api]}, ${value}, which lacks the prefix of this run`;
    if (label === 'group' || (label === 'coordinator' && kind === GROUP)) return groupOf(value);
    if (label === 'transactional id' || label === 'coordinator') return transactionalIdOf(value);
  }
  return undefined;
};

/** Behind the prefix: client id and, in flexible versions, tagged fields. */
const readBody = (frame: Buffer, api: ApiName, version: number): readonly Labelled[] => {
  const reader = new Reader(frame, PREFIX_BYTES);
  const flexible = isFlexible(api, version);
  reader.nullableString(false);
  if (flexible) requireNoTags(reader);
  return readWhole(reader, PASSING[api]?.body ?? [], version, flexible);
};

/** Why a request (a whole frame, size prefix included) goes no further, as what the worker did; undefined: it may pass. */
export const heldBackOf = (frame: Buffer, may: May): string | undefined => {
  if (frame.length < PREFIX_BYTES) return `sent ${frame.length} bytes that are no request`;
  const [key, version] = [frame.readInt16BE(4), frame.readInt16BE(6)];
  const api = apiName(key);
  const passing = api === undefined ? undefined : PASSING[api];
  if (api === undefined || passing === undefined) return `sent ${nameOfApi(key)}, which no worker may under a prefix`;
  const [first, last] = passing.versions;
  if (version < first || version > last)
    return `sent ${api} in version ${version}, which is not offered and cannot be checked (${first} to ${last} can)`;
  try {
    return strayOf(api, version, readBody(frame, api, version), may);
  } catch (error) {
    return `sent ${api} in version ${version} in a form that cannot be checked: ${(error as Error).message}`;
  }
};

/** No broker has it. */
const NO_VERSION = 0x7fff;

/**
 * A question for the offered versions in a newer form than can be read: the broker is asked in a version that it does not
 * have, so that it answers as an older broker would, and the client asks again in one that it has.
 */
export const askedAnew = (frame: Buffer): Buffer => {
  if (frame.length < PREFIX_BYTES || frame.readInt16BE(4) !== APIS.ApiVersions.key) return frame;
  if (frame.readInt16BE(6) <= PASSING.ApiVersions!.versions[1]) return frame;
  const asked = Buffer.from(frame);
  asked.writeInt16BE(NO_VERSION, 6);
  return asked;
};
