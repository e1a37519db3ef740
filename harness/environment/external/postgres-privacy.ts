/** What a PostgreSQL server may ask a client for where others can listen. */
import { Transform } from 'node:stream';
import { FaultlineError } from '../../base/errors.ts';
import { hostAndPort } from '../../base/host-and-port.ts';
import type { Address } from '../../addresses/address.ts';
import { requireIterations } from './scram.ts';

/** Longer than any request for authentication. */
const LONGEST_REQUEST = 64 * 1024;

const AUTHENTICATION = 0x52; /* R */
const HEAD_BYTES = 5;

/** Codes of AuthenticationXXX (PostgreSQL, "Message Formats"). */
const OK = 0;
const CLEARTEXT_PASSWORD = 3;
const MD5_PASSWORD = 5;
const SASL = 10;
const SASL_CONTINUE = 11;
const SASL_FINAL = 12;

const ASKED: Readonly<Record<number, string>> = {
  [CLEARTEXT_PASSWORD]: 'the password as it is',
  [MD5_PASSWORD]: 'MD5 of the password, from which it is cheap to guess',
};

/**
 * Looks at one message of the server's. Errors: FaultlineError 'config' where the answer would give the password away to
 * whoever listens.
 */
export const requirePrivacy = (message: Buffer, { host, port }: Address): void => {
  if (message[0] !== AUTHENTICATION) return;
  const code = message.length < HEAD_BYTES + 4 ? undefined : message.readInt32BE(HEAD_BYTES);
  if (code === OK || code === SASL || code === SASL_FINAL) return;
  const forbid = (what: string): never => {
    throw new FaultlineError(
      'config',
      `PostgreSQL at ${hostAndPort({ host, port })} asks for ${what}, and without TLS everybody on the way could read it`,
      'Use TLS (sslmode=verify-full, external.postgres.tls) or SCRAM (password_encryption and pg_hba.conf of the server); where that cannot be: external.postgres.plaintext (FAULTLINE_POSTGRES_PLAINTEXT=1).',
    );
  };
  if (code !== SASL_CONTINUE)
    return forbid((code === undefined ? undefined : ASKED[code]) ?? `a login of kind ${code}`);
  try {
    requireIterations(message.toString('utf8', HEAD_BYTES + 4));
  } catch (error) {
    forbid(`SCRAM in a weak form (${(error as Error).message})`);
  }
};

/**
 * Passes on what the server says, and looks at every request for authentication in it before the client hears it: also
 * after the login, since clients answer whenever they are asked. Errors: as `requirePrivacy`.
 */
export const watchAnswers = (server: Address): Transform => {
  let kept = Buffer.alloc(0);
  /** Bytes of a message of another kind that are still to come. */
  let passing = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        let rest = Buffer.concat([kept, chunk]);
        kept = Buffer.alloc(0);
        while (rest.length > 0) {
          if (passing === 0) {
            const length = rest.length < HEAD_BYTES ? undefined : rest.readInt32BE(1) + 1;
            if (
              length !== undefined &&
              (length < HEAD_BYTES || (rest[0] === AUTHENTICATION && length > LONGEST_REQUEST))
            )
              throw new Error('it does not answer as a PostgreSQL server does');
            if (length === undefined || (rest[0] === AUTHENTICATION && rest.length < length)) {
              kept = rest;
              break;
            }
            requirePrivacy(rest.subarray(0, length), server);
            passing = length;
          }
          const part = rest.subarray(0, passing);
          this.push(part);
          passing -= part.length;
          rest = rest.subarray(part.length);
        }
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
};
