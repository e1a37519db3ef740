/** A raw connection to one broker. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { hostAndPort } from '../../base/host-and-port.ts';
import { seal } from '../../base/sealed-socket.ts';
import type { Address } from '../../addresses/address.ts';
import { APIS, isFlexible } from './apis.ts';
import { Reader, Writer } from './codec.ts';
import { KafkaConnectionError } from './errors.ts';
import { createFrameSplitter } from './frames.ts';
import type { KafkaConnection, KafkaRequest } from './request.ts';

export interface BrokerConnectionOptions {
  readonly address: Address;
  readonly clientId?: string;
  /** How long one answer may take, connecting included, ms. Default 15000: a busy machine may stand still for seconds. */
  readonly timeoutMs?: number;
}

interface Pending {
  settle(frame: Buffer): void;
  fail(why: string): void;
}

const encode = (request: KafkaRequest<unknown>, correlationId: number, clientId: string): Buffer => {
  const header = new Writer()
    .int16(APIS[request.api].key)
    .int16(request.version)
    .int32(correlationId)
    .string(clientId, false);
  if (isFlexible(request.api, request.version)) header.tags();
  const head = header.finish();
  return new Writer()
    .int32(head.length + request.body.length)
    .raw(head)
    .raw(request.body)
    .finish();
};

/** The answer's body: after size, correlation id and, in flexible versions, the header's tagged fields. */
const bodyOf = (frame: Buffer, request: KafkaRequest<unknown>): Reader => {
  const reader = new Reader(frame, 8);
  // ApiVersions always answers with the old header, so that any client can read it (KIP-511).
  if (request.api !== 'ApiVersions' && isFlexible(request.api, request.version)) reader.tags();
  return reader;
};

/** Opens a connection on first use. Nothing is sent before the first request. */
export const openBrokerConnection = ({
  address,
  clientId = 'faultline',
  timeoutMs = 15_000,
}: BrokerConnectionOptions): KafkaConnection => {
  const where = address.name ?? hostAndPort(address);
  let socket: Socket | undefined;
  let pending = new Map<number, Pending>();
  let lastId = 0;
  let closed = false;

  const drop = (which: Socket | undefined, why: string): void => {
    which?.destroy();
    if (which !== socket) return;
    socket = undefined;
    const failed = pending;
    pending = new Map();
    for (const one of failed.values()) one.fail(why);
  };

  const open = (): Socket => {
    const plain = connect({ host: address.host, port: address.port, noDelay: true });
    const made = address.key === undefined ? plain : seal(plain, address.key);
    const split = createFrameSplitter((frame) => {
      const id = frame.readInt32BE(4);
      const waiting = pending.get(id);
      pending.delete(id);
      waiting?.settle(frame);
    });
    made.on('data', (chunk) => {
      try {
        split(chunk);
      } catch (error) {
        drop(made, `unreadable answer: ${(error as Error).message}`);
      }
    });
    made.on('error', (error) => drop(made, error.message));
    made.on('close', () => drop(made, 'the broker closed the connection'));
    return made;
  };

  return {
    send: <T>(request: KafkaRequest<T>): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        const name = `${request.api} v${request.version}`;
        const fail = (why: string): void => reject(new KafkaConnectionError(name, where, why));
        if (closed) {
          fail('the connection was closed by the harness');
          return;
        }
        const current = (socket ??= open());
        const id = (lastId = (lastId + 1) & 0x7fffffff);
        const limit = timeoutMs + (request.waitMs ?? 0);
        // Answers come in order: one that does not come blocks all others, so the socket goes with it.
        const giveUp = (): void => drop(current, `no answer within ${limit} ms`);
        const timer = setTimeout(() => {
          // After a time in which nothing ran here the answer may lie there unread: it is read before the next look.
          lastLook = setImmediate(giveUp);
        }, limit);
        let lastLook: NodeJS.Immediate | undefined;
        const answered = (): void => {
          clearTimeout(timer);
          clearImmediate(lastLook);
        };
        pending.set(id, {
          settle: (frame) => {
            answered();
            try {
              resolve(request.decode(bodyOf(frame, request)));
            } catch (error) {
              reject(
                error instanceof RangeError ? new Error(`cannot read Kafka's ${name} answer: ${error.message}`) : error,
              );
            }
          },
          fail: (why) => {
            answered();
            fail(why);
          },
        });
        current.write(encode(request, id, clientId));
      }),
    disconnect: () => drop(socket, 'disconnected by the harness'),
    close: () => {
      closed = true;
      drop(socket, 'the connection was closed by the harness');
    },
  };
};
