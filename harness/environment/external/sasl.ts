/** Kafka's SASL handshake: SaslHandshake v1, then SaslAuthenticate v1 as often as the mechanism needs. */
import type { Socket } from 'node:net';
import { FaultlineError } from '../../base/errors.ts';
import { isLoopback } from '../../base/loopback.ts';
import type { ExternalSettings } from '../../config/types.ts';
import { Reader, Writer } from '../../wire/kafka/codec.ts';
import { scram } from './scram.ts';
import { readExactly } from './upstream.ts';

export type SaslSettings = NonNullable<ExternalSettings['kafka']['sasl']>;
type SaslMechanism = SaslSettings['mechanism'];

const SASL_HANDSHAKE = 17;
const SASL_AUTHENTICATE = 36;
const VERSION = 1;
const UNSUPPORTED_SASL_MECHANISM = 33;

/** No answer of a handshake is this long: whoever sends it is no broker. */
const LONGEST_ANSWER = 64 * 1024;

const ask = async (socket: Socket, api: number, body: Buffer): Promise<Reader> => {
  const head = new Writer().int16(api).int16(VERSION).int32(1).string('faultline', false).finish();
  socket.write(
    new Writer()
      .int32(head.length + body.length)
      .raw(head)
      .raw(body)
      .finish(),
  );
  const size = (await readExactly(socket, 4)).readInt32BE(0);
  if (size < 4 || size > LONGEST_ANSWER)
    throw new Error('it does not answer as a Kafka broker does; does its listener want TLS?');
  return new Reader(await readExactly(socket, size), 4);
};

const chooseMechanism = async (socket: Socket, mechanism: SaslMechanism): Promise<void> => {
  const answer = await ask(socket, SASL_HANDSHAKE, new Writer().string(mechanism, false).finish());
  const code = answer.int16();
  const offered = answer.array(false, () => answer.string(false));
  if (code === UNSUPPORTED_SASL_MECHANISM)
    throw new Error(`the broker does not take the SASL mechanism ${mechanism}; it offers ${offered.join(', ')}`);
  if (code !== 0) throw new Error(`the broker refused the SASL handshake with error ${code}`);
};

/** One message of the mechanism and the server's answer to it. */
const say = async (socket: Socket, message: string): Promise<string> => {
  const body = new Writer().nullableBytes(Buffer.from(message), false).finish();
  const answer = await ask(socket, SASL_AUTHENTICATE, body);
  const code = answer.int16();
  const why = answer.nullableString(false);
  if (code !== 0) throw new Error(`the broker refused the credentials: ${why ?? `error ${code}`}`);
  return answer.nullableBytes(false)?.toString('utf8') ?? '';
};

/** Errors: FaultlineError 'config' where the password would pass a network as it is and nobody has said that it may. */
const requirePrivacy = ({ mechanism, plaintext }: SaslSettings, host: string, isEncrypted: boolean): void => {
  if (mechanism !== 'PLAIN' || isEncrypted || plaintext || isLoopback(host)) return;
  throw new FaultlineError(
    'config',
    `PLAIN without TLS would hand the password of external.kafka.sasl to ${host} for everybody on the way to read`,
    'Use TLS (external.kafka.tls, FAULTLINE_KAFKA_TLS=1) or SCRAM; where that cannot be: external.kafka.sasl.plaintext (FAULTLINE_KAFKA_SASL_PLAINTEXT=1).',
  );
};

/**
 * Authenticates a fresh connection to that host. Errors: the broker's refusal in its own words, without the credentials;
 * FaultlineError 'config' before anything is said that others could read.
 */
export const authenticate = async (
  socket: Socket,
  settings: SaslSettings,
  { host, isEncrypted }: { readonly host: string; readonly isEncrypted: boolean },
): Promise<void> => {
  requirePrivacy(settings, host, isEncrypted);
  const { mechanism, username, password } = settings;
  await chooseMechanism(socket, mechanism);
  if (mechanism === 'PLAIN') {
    await say(socket, `\0${username}\0${password}`);
    return;
  }
  const conversation = scram(mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512', settings);
  const last = await conversation.final(await say(socket, conversation.first));
  conversation.verify(await say(socket, last));
};
