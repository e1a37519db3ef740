/** The system's tables of TCP connections, as Linux has them in /proc/net; elsewhere they are empty. */
import { readFileSync } from 'node:fs';

export type TcpFamily = 'tcp' | 'tcp6';

/** A line of a table. Addresses are `host:port` in hexadecimal digits, as the table writes them. */
export interface TcpRow {
  readonly local: string;
  readonly remote: string;
  readonly state: string;
  readonly uid: string;
  /** '0': its process has let go of it. */
  readonly inode: string;
}

export const TCP_STATE = { established: '01', timeWait: '06', listening: '0A' } as const;

/** What says that there is no such table, or none for us: nobody else can bring that about. */
const NOT_HERE = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'];

/** The table as it is written; empty where there is none. Errors: those of the file system, as of too many open files. */
export const readTcpTable = (family: TcpFamily): string => {
  try {
    return readFileSync(`/proc/net/${family}`, 'latin1');
  } catch (error) {
    if (NOT_HERE.includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
};

/** sl local remote state queues timer retransmits uid timeout inode. */
const rowOf = (line: string): TcpRow => {
  const [, local = '', remote = '', state = '', , , , uid = '', , inode = '0'] = line.trim().split(/\s+/);
  return { local, remote, state, uid, inode };
};

/** All lines; the first names them. */
export const tcpRows = (table: string): readonly TcpRow[] => table.split('\n').slice(1).map(rowOf);

/** The line of a connection, by what both ends are called. A table may have thousands: it is found without taking them apart. */
export const tcpRowOf = (table: string, local: string, remote: string): TcpRow | undefined => {
  const at = table.indexOf(` ${local} ${remote} `);
  if (at < 0) return undefined;
  const end = table.indexOf('\n', at);
  return rowOf(table.slice(table.lastIndexOf('\n', at) + 1, end < 0 ? undefined : end));
};
