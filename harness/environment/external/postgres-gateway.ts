/** The way to a PostgreSQL server: SSLRequest and TLS where it is wanted. Users and passwords pass as the clients send them. */
import type { Socket } from 'node:net';
import { withDeadline } from '../../base/waiting.ts';
import { isLoopback } from '../../base/loopback.ts';
import type { Address } from '../../addresses/address.ts';
import { openGateway } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { requirePrivacy, watchAnswers } from './postgres-privacy.ts';
import { openSocket, readExactly, secure } from './upstream.ts';
import type { TlsSettings } from './upstream.ts';

export interface PostgresUpstream {
  readonly server: Address;
  readonly tls?: TlsSettings | undefined;
  /** Somebody has said that passwords may pass a network as the server asks for them. */
  readonly plaintext?: boolean | undefined;
}

/** ms from connecting to the server's first answer. */
const OPEN_DEADLINE_MS = 10_000;

/** Codes that stand where a protocol version would (PostgreSQL, "Message Formats"). */
const SSL_REQUEST = 80_877_103;
const GSS_ENCRYPTION_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;

/** The longest first message a server takes (MAX_STARTUP_PACKET_LENGTH). */
const LONGEST_STARTUP = 10_000;

/** Longer than any first answer: an error with all its fields. */
const LONGEST_ANSWER = 64 * 1024;

const AUTHENTICATION_SASL = 10;

const request = (code: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(8, 0);
  bytes.writeInt32BE(code, 4);
  return bytes;
};

/** The client's first real message. A client that asks for encryption is told that there is none here. */
const readStartup = async (client: Socket): Promise<{ readonly bytes: Buffer; readonly code: number }> => {
  for (;;) {
    const head = await readExactly(client, 8);
    const length = head.readInt32BE(0);
    const code = head.readInt32BE(4);
    if (length < 8 || length > LONGEST_STARTUP) throw new Error('a client sent no PostgreSQL startup message');
    if (code !== SSL_REQUEST && code !== GSS_ENCRYPTION_REQUEST)
      return { bytes: Buffer.concat([head, await readExactly(client, length - 8)]), code };
    client.write('N');
  }
};

/**
 * Of a startup message: the name that it wants to log in by. Undefined where it says none, or more than one: which of them counts
 * is the server's affair.
 */
export const userIn = (startup: Buffer): string | undefined => {
  const words = startup.subarray(8).toString('utf8').split('\0');
  const pairs = words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? '']] : []));
  const users = pairs.filter(([name]) => name === 'user').map(([, value]) => value);
  return users.length === 1 ? users[0] : undefined;
};

const withoutCertificate = (upstream: PostgresUpstream): PostgresUpstream => {
  if (upstream.tls === undefined) return upstream;
  const { cert: _cert, key: _key, ...tls } = upstream.tls;
  return { ...upstream, tls: { ...tls, cert: undefined, key: undefined } };
};

/** Connects, with TLS when there are settings for it. Errors: what the network, TLS or the server said. */
export const openServer = async (
  { server, tls }: PostgresUpstream,
  opened: (socket: Socket) => void,
): Promise<Socket> => {
  const plain = await openSocket(server);
  opened(plain);
  if (tls === undefined) return plain;
  plain.write(request(SSL_REQUEST));
  const answer = (await readExactly(plain, 1)).toString('latin1');
  if (answer !== 'S') throw new Error('the server does not offer TLS (ssl = off)');
  return secure(plain, server.host, tls);
};

/**
 * Channel binding ties a password exchange to the TLS connection, which ends here: a client that sees the offer on a
 * plain connection breaks off (libpq does), so the mechanism is taken out of it.
 */
export const withoutChannelBinding = (message: Buffer): Buffer => {
  if (message[0] !== 0x52 /* R */ || message.readInt32BE(5) !== AUTHENTICATION_SASL) return message;
  const mechanisms = message
    .subarray(9)
    .toString('latin1')
    .split('\0')
    .filter((name) => name !== '' && !name.endsWith('-PLUS'));
  const body = Buffer.from(`${mechanisms.join('\0')}\0\0`, 'latin1');
  const head = Buffer.from(message.subarray(0, 9));
  head.writeInt32BE(8 + body.length, 1);
  return Buffer.concat([head, body]);
};

/** Could others read what is said to the server? */
const isOverheard = ({ server, tls, plaintext = false }: PostgresUpstream): boolean =>
  tls === undefined && !plaintext && !isLoopback(server.host);

/** Passes on the server's answer to the startup message, up to the first that asks for, or grants, authentication. */
const passAuthenticationRequest = async (
  upstream: PostgresUpstream,
  { server, client }: { readonly server: Socket; readonly client: Socket },
): Promise<void> => {
  for (;;) {
    const head = await readExactly(server, 5);
    const length = head.readInt32BE(1);
    if (length < 4 || length > LONGEST_ANSWER) throw new Error('it does not answer as a PostgreSQL server does');
    const message = Buffer.concat([head, await readExactly(server, length - 4)]);
    if (isOverheard(upstream)) requirePrivacy(message, upstream.server);
    client.write(withoutChannelBinding(message));
    // NegotiateProtocolVersion comes before the answer itself.
    if (message[0] !== 0x76 /* v */) return;
  }
};

export interface PostgresGatewayOptions {
  /** For what reaches it through a proxy, and for the harness itself: nobody can answer in its place, and ask for passwords. */
  readonly sealed?: boolean;
  /**
   * For whom the run's client certificate is shown, by the name that a client wants to log in by: where the server asks for no
   * more, that is its login. Default: for nobody.
   */
  readonly lends?: (user: string) => boolean;
}

const serve = async (
  upstream: PostgresUpstream,
  lends: (user: string) => boolean,
  client: Socket,
  opened: (socket: Socket) => void,
): Promise<Socket> => {
  const { bytes, code } = await readStartup(client);
  const user = code === CANCEL_REQUEST ? undefined : userIn(bytes);
  const isLent = user !== undefined && lends(user);
  const server = await openServer(isLent ? upstream : withoutCertificate(upstream), opened);
  server.write(bytes);
  if (code !== CANCEL_REQUEST) await passAuthenticationRequest(upstream, { server, client });
  return server;
};

/** Opens a gateway to one server. */
export const openPostgresGateway = (
  upstream: PostgresUpstream,
  onRefused: (error: Error) => void,
  { sealed = false, lends = () => false }: PostgresGatewayOptions = {},
): Promise<Gateway> =>
  openGateway({
    sealed,
    open: (client, opened) =>
      withDeadline(serve(upstream, lends, client, opened), OPEN_DEADLINE_MS, 'connecting to PostgreSQL'),
    onRefused,
    ...(isOverheard(upstream) ? { watch: () => watchAnswers(upstream.server) } : {}),
  });
