/** Everything that a worker gone wrong may send to its upstreams and print, as plainly as possible. Arguments of nobody's choosing. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';

/** What is sent in the large record and in the large body: the test knows their lengths and hashes from here. */
export const LARGE_BYTES = 100 * 1024 * 1024;
export const NOT_JSON = 'this { is not JSON';
export const largeRecord = (): Buffer => Buffer.alloc(LARGE_BYTES, 'r');
export const largeBody = (): Buffer => Buffer.alloc(LARGE_BYTES, 'b');

const toKafka = async (broker: string, correlationId: string): Promise<void> => {
  const producer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const topic = 'trainer-allocated';
  const odd = {
    '': 'no name',
    'x\u0000y': randomBytes(64),
    correlationId: Buffer.from([0xff, 0xfe, 0x00]),
    many: ['a', 'b'],
  };
  await producer.send({ topic, messages: [{ key: correlationId, value: NOT_JSON, headers: odd }] });
  await producer.send({ topic, messages: [{ key: randomBytes(40), value: null }] });
  await producer.send({ topic, messages: [{ key: correlationId, value: largeRecord() }] });
  await producer.disconnect();
};

/** Resolves with the status; null when the connection ended without an answer. */
const post = (base: string, body: Buffer, headers: Readonly<Record<string, string>>): Promise<number | null> =>
  new Promise((resolve) => {
    const url = new URL('/api/v1/admin/allocations/auto-assign', base);
    const call = request(url, { method: 'POST', agent: false, headers: { ...headers, 'content-length': body.length } });
    call.on('error', () => resolve(null));
    call.on('response', (response) => {
      response.resume().on('close', () => resolve(response.statusCode ?? null));
    });
    call.end(body);
  });

const toAdminService = async (base: string): Promise<void> => {
  const json = { 'content-type': 'application/json' };
  await post(base, Buffer.from(NOT_JSON), json);
  await post(base, randomBytes(4096), { ...json, 'x-odd': '\u00ff\u00fe' });
  await post(base, Buffer.from('['.repeat(100_000)), json);
  await post(base, largeBody(), json);
};

/** Sends bytes to a server that expects something else; resolves when it hung up, or has not after a second. */
const bytesTo = (host: string, port: number, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    const done = (): void => {
      socket.destroy();
      resolve();
    };
    socket.setTimeout(1000, done).on('error', done).on('close', done).resume();
    socket.write(bytes);
  });

const toPorts = async (addresses: readonly URL[]): Promise<void> => {
  const negative = Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
  // A frame whose size says 4, too short for any request, then one that says 1 GB, then nothing Kafka knows.
  const sizes = Buffer.from([0, 0, 0, 4, 0, 3, 0, 9, 0x40, 0, 0, 0, 1, 2]);
  const unknown = Buffer.from([0, 0, 0, 12, 0x7f, 0xff, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]);
  const kinds = [negative, sizes, unknown, Buffer.from('GET / HTTP/1.1\r\n\r\n'), randomBytes(10_000)];
  await Promise.all(
    addresses.flatMap(({ hostname, port }) => kinds.map((bytes) => bytesTo(hostname, Number(port), bytes))),
  );
};

const toOutput = (): void => {
  process.stdout.write(Buffer.concat([randomBytes(50_000), Buffer.from('\n')]));
  process.stdout.write(`${'long line '.repeat(200_000)}\n`);
  process.stderr.write(Buffer.from([0x1b, 0x5b, 0x32, 0x4a, 0, 0xc3, 0x28, 0x0a]));
};

/** Sends all of it; resolves when the last of it has been taken, answered or refused. */
export const litter = async (
  settings: { readonly broker: string; readonly adminService: string; readonly database: string },
  correlationId: string,
): Promise<void> => {
  toOutput();
  await toKafka(settings.broker, correlationId);
  await toAdminService(settings.adminService);
  await toPorts([new URL(`kafka://${settings.broker}`), new URL(settings.adminService), new URL(settings.database)]);
};
