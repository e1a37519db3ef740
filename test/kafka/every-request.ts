/** Part of kafka.test.ts: what the guard of a prefixed run lets pass, of everything that this Kafka knows. */
import { beforeAll, expect, test } from 'vitest';
import { APIS, isFlexible } from '../../harness/wire/kafka/apis.ts';
import type { ApiName } from '../../harness/wire/kafka/apis.ts';
import { Writer } from '../../harness/wire/kafka/codec.ts';
import { heldBackOf } from '../../harness/wire/kafka/passing/held-back.ts';
import type { Field } from '../../harness/wire/kafka/passing/layout.ts';
import { PASSING } from '../../harness/wire/kafka/passing/requests.ts';
import { bodyWith, fieldsOf, frameOf, isIn, requestMessages, versionsOf } from '../support/kafka-messages.ts';
import type { Message, MessageField } from '../support/kafka-messages.ts';

const LABELS: Readonly<Record<string, string>> = {
  topicName: 'topic',
  groupId: 'group',
  transactionalId: 'transactional id',
};

/** `int32 [string:topic [int32]]`: what is read of a version, one after the other. */
const ours = (fields: readonly Field[], version: number): string =>
  fields
    .filter(({ since = 0, until = version }) => version >= since && version <= until)
    .map((field) => {
      if ('list' in field) return `[${ours(field.list, version)}]`;
      const label = (field.label ?? '').replace('described ', '');
      const said = Object.values(LABELS).includes(label) ? `:${label}` : '';
      return 'listOf' in field ? `[${field.listOf}${said}]` : `${field.is}${said}`;
    })
    .join(' ');

const TYPES: Readonly<Record<string, string>> = { bool: 'int8', records: 'bytes' };

/** The same of Kafka's own definition. */
const theirs = (message: Message, fields: readonly MessageField[], version: number): string =>
  fields
    .filter((field) => isIn(field.versions, version) && field.tag === undefined)
    .map((field) => {
      const type = field.type.replace('[]', '');
      const inner = fieldsOf(message, field);
      const label = LABELS[field.entityType ?? ''];
      const said = label === undefined ? '' : `:${label}`;
      const text = inner === undefined ? `${TYPES[type] ?? type}${said}` : theirs(message, inner, version);
      return field.type.startsWith('[]') ? `[${text}]` : text;
    })
    .join(' ');

/** They name nothing of anybody's, or make nothing of what they name. */
const HARMLESS: readonly ApiName[] = ['ApiVersions', 'DescribeCluster'];

export const testEveryRequest = (): void => {
  let messages: readonly Message[] = [];
  beforeAll(async () => {
    messages = await requestMessages();
  });
  const messageOf = (api: ApiName): Message => messages.find(({ apiKey }) => apiKey === APIS[api].key)!;

  test('every layout is that of Kafka’s own definitions, in every version that may pass', () => {
    for (const [api, { versions, body }] of Object.entries(PASSING)) {
      const message = messageOf(api as ApiName);
      for (let version = versions[0]; version <= versions[1]; version++) {
        expect(versionsOf(message), api).toContain(version);
        expect(isFlexible(api as ApiName, version)).toBe(isIn(message.flexibleVersions, version));
        expect(ours(body, version), `${api} v${version}`).toBe(theirs(message, message.fields ?? [], version));
      }
    }
  });

  test('of all requests in all versions, none passes with a name that is not the run’s', () => {
    let sent = 0;
    const passed: string[] = [];
    for (const message of messages)
      for (const version of [...versionsOf(message), 31])
        for (const number of [0, 1, -1]) {
          const body = bodyWith(message, version, { name: 'theirs', number });
          const frame = frameOf(message.apiKey, version, isIn(message.flexibleVersions, version), body);
          sent += 1;
          if (heldBackOf(frame, (name) => name.startsWith('ours.')) === undefined)
            passed.push(`${message.name} v${version} ${number}`);
        }
    expect(sent).toBeGreaterThan(600);
    // Metadata without the wish that topics be made.
    const others = passed.filter((one) => !HARMLESS.some((api) => one.startsWith(api)));
    expect(others).toEqual(others.filter((one) => /^Metadata v\d+ 0$/.test(one)));
    expect(others.some((one) => one.startsWith('Metadata v1 '))).toBe(false);
  });

  test('with the run’s own names what is listed passes, and not with a byte more or less, a tagged field, or a foreign name', () => {
    const may = (name: string): boolean => name.startsWith('ours.');
    for (const [api, { versions }] of Object.entries(PASSING)) {
      const message = messageOf(api as ApiName);
      for (let version = versions[0]; version <= versions[1]; version++) {
        const flexible = isFlexible(api as ApiName, version);
        const coordinator = api === 'FindCoordinator' ? 0 : -1;
        const body = bodyWith(message, version, { name: 'ours.a', number: coordinator });
        const held = (bytes: Buffer): string | undefined =>
          heldBackOf(frameOf(message.apiKey, version, flexible, bytes), may);
        const about = `${api} v${version}`;
        expect(held(body), about).toBeUndefined();
        expect(held(Buffer.concat([body, Buffer.from([0])])), about).toMatch('cannot be checked');
        if (body.length > 0) expect(held(body.subarray(0, -1)), about).toMatch('cannot be checked');
        if (flexible) {
          const tagged = Buffer.concat([body.subarray(0, -1), Buffer.from([1, 9, 1, 0])]);
          expect(held(tagged), about).toMatch('a tagged field');
        }
      }
    }
  });

  test('what would pass by its names alone is held back for what it is', () => {
    const mine = (name: string): boolean => name.startsWith('ours.');
    const held = (api: ApiName, version: number, body: Writer): string | undefined =>
      heldBackOf(frameOf(APIS[api].key, version, isFlexible(api, version), body.finish()), mine);
    const beat = (): Writer => new Writer().string('ours.g', true).int32(1).string('m', true).string(null, true).tags();
    expect(held('Heartbeat', 4, beat())).toBeUndefined();
    // Laid out as the last that is known, and whatever it means in that version.
    expect(held('Heartbeat', 5, beat())).toContain('in version 5, which is not offered');
    const offsets = (replica: number): Writer => new Writer().int32(replica).length(0, false);
    expect(held('ListOffsets', 1, offsets(-1))).toBeUndefined();
    expect(held('ListOffsets', 1, offsets(0))).toContain('as a broker that copies');
    const coordinator = (kind: number): Writer => new Writer().string('ours.g', false).int8(kind);
    for (const kind of [0, 1]) expect(held('FindCoordinator', 1, coordinator(kind))).toBeUndefined();
    expect(held('FindCoordinator', 1, coordinator(2))).toContain('a coordinator of the kind 2');
    expect(held('LeaveGroup', 0, new Writer().string(null, false).string('m', false))).toContain('named nothing');
  });
};
