/** The definitions of all requests that Kafka ships in its client's jar: read from it, and encoded by them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { packageRoot } from '../../harness/base/package-root.ts';
import { ensureSetup } from '../../harness/environment/setup/setup.ts';
import { Writer } from '../../harness/wire/kafka/codec.ts';

export interface MessageField {
  readonly name: string;
  readonly type: string;
  readonly versions?: string;
  readonly tag?: number;
  readonly entityType?: string;
  readonly fields?: readonly MessageField[];
}

export interface Message {
  readonly apiKey: number;
  readonly name: string;
  readonly validVersions: string;
  /** Left out by requests that are no more. */
  readonly flexibleVersions?: string;
  readonly fields?: readonly MessageField[];
  readonly commonStructs?: readonly { readonly name: string; readonly fields: readonly MessageField[] }[];
}

/** `3-13`, `4+`, `2`, `none`. */
export const isIn = (versions: string | undefined, version: number): boolean => {
  if (versions === undefined || versions === 'none') return false;
  const [first, last] = versions.endsWith('+') ? [versions.slice(0, -1), 'Infinity'] : versions.split('-');
  return version >= Number(first) && version <= Number(last ?? first);
};

export const versionsOf = ({ validVersions }: Message): readonly number[] =>
  Array.from({ length: 32 }, (_, version) => version).filter((version) => isIn(validVersions, version));

/** The fields of a field's structure; undefined when it is none. */
export const fieldsOf = (message: Message, { type, fields }: MessageField): readonly MessageField[] | undefined =>
  fields ?? message.commonStructs?.find(({ name }) => name === type.replace('[]', ''))?.fields;

/** Files of an archive whose names match: its central directory, then each one's bytes. */
const unzip = (archive: Buffer, pattern: RegExp): readonly string[] => {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = archive.readUInt32LE(end + 16);
  return Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const [method, size, local] = [
      archive.readUInt16LE(at + 10),
      archive.readUInt32LE(at + 20),
      archive.readUInt32LE(at + 42),
    ];
    at += 46 + nameLength + extra + comment;
    if (!pattern.test(name)) return [];
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const bytes = archive.subarray(from, from + size);
    return [(method === 0 ? bytes : inflateRawSync(bytes)).toString('utf8')];
  }).flat();
};

/** Every request's definition, of the broker that the tests start. */
export const requestMessages = async (): Promise<readonly Message[]> => {
  const cacheDir = join(packageRoot, '.faultline');
  const { kafka } = await ensureSetup({ cacheDir, env: process.env, progress: () => undefined });
  const jar = kafka.classPath.split(':').find((path) => /kafka-clients-[\d.]+\.jar$/.test(path));
  if (jar === undefined) throw new Error(`no jar of kafka-clients in ${kafka.classPath}`);
  const texts = unzip(readFileSync(jar), /^common\/message\/\w+Request\.json$/);
  return texts.map((text) => {
    const message = JSON.parse(text.replaceAll(/(^|\s)\/\/.*$/gm, '')) as Message;
    return { ...message, name: message.name.replace(/Request$/, '') };
  });
};

export interface Filling {
  readonly name: string;
  readonly number: number;
  /** Of a topic, 32 hexadecimal digits. */
  readonly id?: string;
}

/** A body of that version with one element in every array: filled in all over. */
export const bodyWith = (
  message: Message,
  version: number,
  { name, number, id = '07'.repeat(16) }: Filling,
): Buffer => {
  const flexible = isIn(message.flexibleVersions, version);
  const writer = new Writer();
  const value = (field: MessageField, type: string): void => {
    if (type === 'string') writer.string(name, flexible);
    else if (type === 'bytes' || type === 'records') writer.nullableBytes(Buffer.alloc(0), flexible);
    else if (type === 'uuid') writer.uuid(id);
    else if (type === 'int8' || type === 'bool') writer.int8(number);
    else if (type === 'int16' || type === 'uint16') writer.int16(number);
    else if (type === 'int32' || type === 'uint32') writer.int32(number);
    else if (type === 'int64' || type === 'float64') writer.int64(number);
    else structure(fieldsOf(message, field) ?? []);
  };
  const structure = (fields: readonly MessageField[]): void => {
    for (const field of fields) {
      if (!isIn(field.versions, version) || field.tag !== undefined) continue;
      if (field.type.startsWith('[]')) writer.length(1, flexible);
      value(field, field.type.replace('[]', ''));
    }
    if (flexible) writer.tags();
  };
  structure(message.fields ?? []);
  return writer.finish();
};

/** A whole request of any kind, as it goes over the wire. */
export const frameOf = (key: number, version: number, flexible: boolean, body: Buffer, correlationId = 1): Buffer => {
  const request = new Writer().int16(key).int16(version).int32(correlationId).string('attacker', false);
  if (flexible) request.tags();
  const bytes = request.raw(body).finish();
  return new Writer().int32(bytes.length).raw(bytes).finish();
};
