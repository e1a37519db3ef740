import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface ReservedPort {
  readonly port: number;
  /** Frees it for the program it was chosen for, which shall take it at once. */
  release(): Promise<void>;
}

/** A port of 127.0.0.1 that the system chose and that is held until released. Between release and use somebody else may take it: be ready to try again. */
export const reservePort = (): Promise<ReservedPort> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        release: () => new Promise((released) => server.close(() => released())),
      }),
    );
  });
