/** Is there anybody at an address? Asked once before a verification, so that "nobody there" is one error and not one an interaction. */
import { connect } from 'node:net';
import { FaultlineError } from '../../base/errors.ts';
import { redact } from '../../base/redact.ts';

/** ms; a refusal comes at once, a packet filter says nothing at all. */
const CONNECT_WITHIN_MS = 5000;

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));

/** Throws FaultlineError 'environment' when no connection to the address comes about within 5 s. */
export const ensureReachable = (what: string, address: URL): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address.hostname.replace(/^\[|\]$/g, ''), port: portOf(address) });
    const fail = (why: string): void => {
      socket.destroy();
      reject(
        new FaultlineError(
          'environment',
          `${what} cannot be reached at ${redact(address.href)} (${why})`,
          'Is it running, and is the address right? Nothing was verified.',
        ),
      );
    };
    socket.setTimeout(CONNECT_WITHIN_MS, () => fail(`no connection within ${CONNECT_WITHIN_MS / 1000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
