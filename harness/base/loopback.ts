/** Which hosts are this machine. */
import { isIPv4 } from 'node:net';

/** What goes there passes no network. A name that only resolves to it does not count. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
