/** How PostgreSQL is run. */
import { join } from 'node:path';

/** Roles that every environment has; their passwords are made anew at each start. */
export const ROLES = { admin: 'faultline', worker: 'app', writer: 'faultline_writer' } as const;

/** A login that has what the workers' role has, and cannot become anybody else. */
export const makeWriter = (writer: string, password: string, worker: string): string =>
  `DROP ROLE IF EXISTS ${writer}; CREATE ROLE ${writer} LOGIN PASSWORD '${password}' IN ROLE ${worker}`;

export interface PostgresPlace {
  readonly home: string;
  readonly data: string;
  /** Folder of the Unix socket, open to PostgreSQL's user only. */
  readonly sockets: string;
  readonly port: number;
  readonly inMemory: boolean;
}

/** What holds wherever the server runs: embedded or in a container. */
export const serverSettings = ({
  inMemory,
}: Pick<PostgresPlace, 'inMemory'>): Readonly<Record<string, string | number>> => ({
  max_connections: 200,
  shared_buffers: '32MB',
  // In the data folder, so that even a killed server leaves nothing in /dev/shm.
  dynamic_shared_memory_type: 'mmap',

  // The recorder reads every change in commit order, with the commit's time.
  wal_level: 'logical',
  max_wal_senders: 24,
  max_replication_slots: 24,
  track_commit_timestamp: 'on',
  // Wakes the recorder's stream at the commit; without it a change is seen 200 ms later.
  synchronous_commit: 'on',
  // The data dies with the run; only in memory does the real thing cost nothing.
  fsync: inMemory ? 'on' : 'off',
  full_page_writes: 'off',
  max_wal_size: '256MB',

  // Nothing happens in the background that a trial did not cause.
  autovacuum: 'off',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
});

const placeSettings = ({ sockets, port }: PostgresPlace): Readonly<Record<string, string | number>> => ({
  listen_addresses: '127.0.0.1',
  port,
  unix_socket_directories: sockets,
  unix_socket_permissions: '0700',
});

/** The server's command line. */
export const serverCommand = (place: PostgresPlace): [string, ...string[]] => [
  join(place.home, 'bin', 'postgres'),
  '-D',
  place.data,
  ...Object.entries({ ...placeSettings(place), ...serverSettings(place) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]),
];
