/** SCRAM as a client speaks it (RFC 5802), without channel binding. */
import { createHash, createHmac, pbkdf2, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export type ScramHash = 'sha256' | 'sha512';

const BITS: Readonly<Record<ScramHash, number>> = { sha256: 32, sha512: 64 };

/** RFC 7677: fewer would make a password that was listened to cheap to guess. */
const FEWEST_ITERATIONS = 4096;

/** Brokers store 4096 by default. What asks for this much would only keep us busy. */
const MOST_ITERATIONS = 1_000_000;

const derive = promisify(pbkdf2);

const hmac = (hash: ScramHash, key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();

const attributes = (message: string): ReadonlyMap<string, string> =>
  new Map(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));

/** `=` and `,` have a meaning of their own in a message. */
const escaped = (name: string): string => name.replaceAll('=', '=3D').replaceAll(',', '=2C');

/** What the server's first message tells. Errors: it asks for what would make the password cheap to guess, or is not known here. */
export const requireIterations = (
  serverFirst: string,
): { readonly joined: string; readonly salt: string; readonly iterations: number } => {
  const told = attributes(serverFirst);
  // RFC 5802: an extension that must be understood, and none is.
  if (told.has('m')) throw new Error('the server wants an extension of SCRAM that is not known here (m=)');
  const [joined = '', salt = '', rounds = ''] = ['r', 's', 'i'].map((name) => told.get(name));
  const iterations = Number(rounds);
  const inRange = Number.isInteger(iterations) && iterations >= FEWEST_ITERATIONS && iterations <= MOST_ITERATIONS;
  if (salt === '' || !inRange)
    throw new Error(`the server sent no usable salt and iteration count (${FEWEST_ITERATIONS} at least)`);
  return { joined, salt, iterations };
};

/**
 * What PostgreSQL keeps of a password (pg_authid.rolpassword). CREATE ROLE takes it instead of the password, which then
 * passes no network and stands in no log of the server's.
 */
export const scramVerifier = (password: string, salt: Buffer = randomBytes(16)): string => {
  const salted = pbkdf2Sync(password, salt, FEWEST_ITERATIONS, BITS.sha256, 'sha256');
  const storedKey = createHash('sha256')
    .update(hmac('sha256', salted, 'Client Key'))
    .digest();
  const [saltText, stored, server] = [salt, storedKey, hmac('sha256', salted, 'Server Key')].map((bytes) =>
    bytes.toString('base64'),
  );
  return `SCRAM-SHA-256$${FEWEST_ITERATIONS}:${saltText}$${stored}:${server}`;
};

export interface Scram {
  /** The client's first message. */
  readonly first: string;
  /** The client's last message, from the server's first. Errors: it is not SCRAM, or another conversation's. */
  final(serverFirst: string): Promise<string>;
  /** Checks that the server knows the password too. Errors: it does not. */
  verify(serverFinal: string): void;
}

/** One conversation. `nonce` is for tests. */
export const scram = (
  hash: ScramHash,
  { username, password }: { readonly username: string; readonly password: string },
  nonce: string = randomBytes(18).toString('base64'),
): Scram => {
  const bare = `n=${escaped(username)},r=${nonce}`;
  let expected: Buffer | undefined;
  return {
    first: `n,,${bare}`,
    final: async (serverFirst) => {
      const { joined, salt, iterations } = requireIterations(serverFirst);
      if (!joined.startsWith(nonce) || joined === nonce) throw new Error('the server answered another conversation');
      const salted = await derive(
        password.normalize('NFKC'),
        Buffer.from(salt, 'base64'),
        iterations,
        BITS[hash],
        hash,
      );
      const withoutProof = `c=biws,r=${joined}`;
      const conversation = `${bare},${serverFirst},${withoutProof}`;
      const clientKey = hmac(hash, salted, 'Client Key');
      const signature = hmac(hash, createHash(hash).update(clientKey).digest(), conversation);
      const proof = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0)));
      expected = hmac(hash, hmac(hash, salted, 'Server Key'), conversation);
      return `${withoutProof},p=${proof.toString('base64')}`;
    },
    verify: (serverFinal) => {
      const signature = Buffer.from(attributes(serverFinal).get('v') ?? '', 'base64');
      if (expected === undefined || signature.length !== expected.length || !timingSafeEqual(signature, expected))
        throw new Error('the server could not prove that it knows the password');
    },
  };
};
