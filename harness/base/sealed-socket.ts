/**
 * TLS whose two ends prove to each other that they have one key (PSK, RFC 4279 and 5487), and never send it. Whoever stands
 * in between, or in the place of one end, gets nothing: no byte passes before both have proven it.
 */
import { randomBytes } from 'node:crypto';
import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import { connect, createSecureContext, createServer } from 'node:tls';
import type { Server, TLSSocket } from 'node:tls';

export interface SealedServerOptions {
  readonly key: Buffer;
  /** Gets what can be read and written, and the socket below: only that one can be reset. */
  readonly onSealed: (sealed: TLSSocket, raw: Socket) => void;
  /** Hears of a socket whose other end has shown that it has no key; not of one that only went away. */
  readonly onRefused: () => void;
  /** How many may be open that have proven nothing. Default: 1,000. */
  readonly mostUnproven?: number;
}

/** Named by both ends; it says nothing. */
const IDENTITY = 'faultline';
const KEY_BYTES = 32;
/** Since the key is random and of one run, a handshake without certificates and key agreement is enough. */
const CIPHER = 'PSK-AES256-GCM-SHA384';
/** ms; longer than any trial: a fault may hold back what is sent. */
const HANDSHAKE_TIMEOUT_MS = 3_600_000;
/** More than any workers have on their way at once: whoever opens more of them and proves nothing loses the oldest. */
const MOST_UNPROVEN = 1000;

const version = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
const secureContext = createSecureContext({ ciphers: CIPHER, ...version, ca: [] });

/** Went away before it had said anything that could be refused. */
const isGone = ({ code }: NodeJS.ErrnoException): boolean => code === 'ECONNRESET' || code === 'EPIPE';

const endOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

/** A new key. */
export const newKey = (): Buffer => randomBytes(KEY_BYTES);

/** What is written to the result reaches nobody but who has the key: it says 'secureConnect' then, and 'error' otherwise. */
export const seal = (raw: Socket, key: Buffer): TLSSocket =>
  connect({
    socket: raw,
    secureContext,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
    pskCallback: () => ({ psk: key, identity: IDENTITY }),
    // No certificate is taken that has a name to compare: only the key proves.
    checkServerIdentity: () => undefined,
  });

/** A connection there, for a client that makes one by itself and waits for 'connect': it is under way already. */
export const sealedStream = (
  { host, port }: { readonly host: string; readonly port: number },
  key: Buffer,
): TLSSocket => {
  const raw = connectPlain({ host, port, noDelay: true });
  const sealed = seal(raw, key);
  sealed.connect = () => {
    if (!raw.connecting) process.nextTick(() => sealed.emit('connect'));
    return sealed;
  };
  return sealed;
};

/** By what a client of PostgreSQL gets to this address: sealed, where it has a key. */
export const wayTo = ({
  host,
  port,
  key,
}: {
  readonly host: string;
  readonly port: number;
  readonly key?: Buffer;
}): { readonly host: string; readonly port: number; readonly stream?: () => TLSSocket } => ({
  host,
  port,
  ...(key === undefined ? {} : { stream: () => sealedStream({ host, port }, key) }),
});

/** Takes sockets that somebody else has accepted: of those with the key `onSealed` hears. */
export const createSealedServer = ({
  key,
  onSealed,
  onRefused,
  mostUnproven = MOST_UNPROVEN,
}: SealedServerOptions): ((raw: Socket) => void) => {
  /** By where the other end is: a port alone may be another's at another address. */
  const raws = new Map<string, Socket>();
  const unproven = new Set<Socket>();
  const server: Server = createServer(
    {
      ciphers: CIPHER,
      ...version,
      ca: [],
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      pskCallback: (_socket, identity) => (identity === IDENTITY ? key : null),
    },
    (sealed) => {
      const raw = raws.get(endOf(sealed));
      if (raw === undefined) return void sealed.destroy();
      unproven.delete(raw);
      onSealed(sealed, raw);
    },
  );
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    if (!isGone(error)) onRefused();
    socket.destroy();
  });
  return (raw) => {
    if (raw.remotePort === undefined) return void raw.destroy();
    const end = endOf(raw);
    raws.set(end, raw);
    unproven.add(raw);
    raw.once('close', () => {
      unproven.delete(raw);
      if (raws.get(end) === raw) raws.delete(end);
    });
    const [oldest] = unproven;
    if (unproven.size > mostUnproven) oldest?.destroy();
    server.emit('connection', raw);
  };
};
