/** Whose program is at the other end of a connection within this machine: Linux tells in /proc/net. */
import { isIPv4 } from 'node:net';
import { endianness, networkInterfaces } from 'node:os';
import { TCP_STATE, readTcpTable, tcpRowOf, tcpRows } from './tcp-table.ts';
import type { TcpRow } from './tcp-table.ts';

/** A program of this machine. */
export interface LocalPeer {
  /** The user id whose program holds the socket. */
  readonly uid: number;
  /** Of the socket, by which the processes that hold it are found. */
  readonly inode: string;
}

/**
 * 'gone': it has let go of its socket already, so that nobody can tell any more whose it was. 'untold': the system does not
 * say it, as of a container's, which has tables of its own.
 */
export type Peer = LocalPeer | 'gone' | 'untold';

/** Both ends of a connection that was accepted, as its socket names them. */
export interface Ends {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

const isLittleEndian = endianness() === 'LE';

/** In front of an address of version 4 that a socket of version 6 uses. */
const MAPPED = `0000000000000000${isLittleEndian ? 'FFFF0000' : '0000FFFF'}`;

/** As the tables write it: the address as one number of the machine, in hexadecimal digits. */
const written = (address: string, port: number): string => {
  const bytes = address.split('.').map(Number);
  if (isLittleEndian) bytes.reverse();
  const host = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${host}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
};

/** Whoever has it as its own is a program beside us. */
export const isOurAddress = (address: string): boolean =>
  address.startsWith('127.') ||
  address === '::1' ||
  Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));

/** A table is read piece by piece while connections come and go: one look may miss a line that is there all the time. */
const LOOKS = 3;

/** Some milliseconds on a machine of many connections. Errors: those of reading. @param read gives one of the tables */
export const peerOf = (ends: Ends, read: typeof readTcpTable = readTcpTable): Peer => {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = ends;
  // A socket that has been closed since does not say it any more.
  if (remoteAddress === '') return 'gone';
  if (!isIPv4(localAddress) || !isIPv4(remoteAddress)) return 'untold';
  const here = written(localAddress, localPort);
  const there = written(remoteAddress, remotePort);
  let hasOurs = false;
  let found: TcpRow | undefined;
  for (let look = 0; look < LOOKS && found === undefined; look += 1) {
    const table = read('tcp');
    found = tcpRowOf(table, there, here) ?? tcpRowOf(read('tcp6'), MAPPED + there, MAPPED + here);
    hasOurs ||=
      found === undefined && tcpRows(table).some(({ local, state }) => local === here && state === TCP_STATE.listening);
  }
  if (found === undefined) return hasOurs && isOurAddress(remoteAddress) ? 'gone' : 'untold';
  const { state, uid, inode } = found;
  return state === TCP_STATE.timeWait || inode === '0' ? 'gone' : { uid: Number(uid), inode };
};
