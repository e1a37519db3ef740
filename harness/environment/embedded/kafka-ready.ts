/** Asks a broker, in its own protocol, whether it serves consumer groups. */
import { connect } from 'node:net';
import type { Address } from '../../addresses/address.ts';

/** Group asked about; it never gets a member or an offset. */
const GROUP = 'faultline-ready';

const short = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const text = (value: string): Buffer => Buffer.concat([short(Buffer.byteLength(value)), Buffer.from(value)]);

/** One request on a connection of its own; the answer without length and correlation id. */
const ask = (
  { host, port }: Address,
  { api, version, patience }: { readonly api: number; readonly version: number; readonly patience: number },
  body: Buffer,
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, timeout: patience });
    let received = Buffer.alloc(0);
    socket.on('timeout', () => socket.destroy(new Error(`no answer for ${patience} ms`)));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the broker closed the connection')));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      resolve(received.subarray(8));
      socket.destroy();
    });
    const request = Buffer.concat([short(api), short(version), int(1), text('faultline'), body]);
    socket.write(Buffer.concat([int(request.length), request]));
  });

const refuse = (request: string, code: number): void => {
  if (code !== 0) throw new Error(`${request} answered error ${code}`);
};

/**
 * Resolves when the group coordinator answers for a group, each question within so many ms. The first question makes the broker create __consumer_offsets, so no trial ever
 * meets COORDINATOR_NOT_AVAILABLE. Rejects while the broker is not that far: ask again.
 * Requests: FindCoordinator v0, OffsetFetch v2 of all topics.
 */
export const coordinatorAnswers = async (broker: Address, patience: number): Promise<void> => {
  const found = await ask(broker, { api: 10, version: 0, patience }, text(GROUP));
  refuse('FindCoordinator', found.readInt16BE(0));
  const offsets = await ask(broker, { api: 9, version: 2, patience }, Buffer.concat([text(GROUP), int(-1)]));
  refuse('OffsetFetch', offsets.readInt16BE(offsets.length - 2));
};
