/** The way to a broker: TCP, TLS where it is wanted, SASL where it is wanted. What follows is Kafka's protocol as it is. */
import type { Socket } from 'node:net';
import { withDeadline } from '../../base/waiting.ts';
import type { Address } from '../../addresses/address.ts';
import { openGateway } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { authenticate } from './sasl.ts';
import type { SaslSettings } from './sasl.ts';
import { openSocket, secure } from './upstream.ts';
import type { TlsSettings } from './upstream.ts';

export interface KafkaUpstream {
  readonly broker: Address;
  readonly tls?: TlsSettings | undefined;
  readonly sasl?: SaslSettings | undefined;
}

/** ms from connecting to being let in. */
const OPEN_DEADLINE_MS = 10_000;

/** Connects until the broker takes requests. Errors: what the network, TLS or the broker said. */
export const openBroker = async (
  { broker, tls, sasl }: KafkaUpstream,
  opened: (socket: Socket) => void,
): Promise<Socket> => {
  const plain = await openSocket(broker);
  opened(plain);
  const socket = tls === undefined ? plain : await secure(plain, broker.host, tls);
  if (sasl !== undefined) await authenticate(socket, sasl, { host: broker.host, isEncrypted: tls !== undefined });
  return socket;
};

/** Opens a gateway to one broker. */
export const openKafkaGateway = (upstream: KafkaUpstream, onRefused: (error: Error) => void): Promise<Gateway> =>
  openGateway({
    open: (_client, opened) => withDeadline(openBroker(upstream, opened), OPEN_DEADLINE_MS, 'connecting to Kafka'),
    onRefused,
    sealed: true,
  });
