/** A relay in front of a broker that writes down which requests pass. It changes nothing. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Address } from '../../harness/addresses/address.ts';
import { apiName } from '../../harness/wire/kafka/apis.ts';

export interface RequestsSeen {
  readonly address: Address;
  /** Names of the requests that passed, each once. */
  names(): readonly string[];
  /** How many connections stood at once, at most. */
  most(): number;
  close(): void;
}

/** Tells the requests in what a client says: a length, then the key of the request. */
const readNames = (note: (name: string) => void): ((bytes: Buffer) => void) => {
  let left = Buffer.alloc(0);
  return (bytes) => {
    left = Buffer.concat([left, bytes]);
    while (left.length >= 6 && left.length >= 4 + left.readInt32BE(0)) {
      const key = left.readInt16BE(4);
      note(apiName(key) ?? `request ${key}`);
      left = left.subarray(4 + left.readInt32BE(0));
    }
  };
};

export const openRequestsSeen = async (broker: Address): Promise<RequestsSeen> => {
  const names = new Set<string>();
  const sockets: Socket[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((client) => {
    const there = connect(broker.port, broker.host);
    sockets.push(client, there);
    most = Math.max(most, (open += 1));
    // Whoever ends a connection is not asked to wait until it is gone.
    client.once('end', () => (open -= 1));
    client.on(
      'data',
      readNames((name) => names.add(name)),
    );
    client.pipe(there).pipe(client);
    for (const socket of [client, there]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    names: () => [...names].sort(),
    most: () => most,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
