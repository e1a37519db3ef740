import { chmod, chown, cp, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../../base/remove-tree.ts';
import { ROLES } from '../embedded/postgres-command.ts';
import { reachableBy, unprivilegedUser } from '../embedded/unprivileged.ts';
import { cached, keyOf } from './cache.ts';
import type { PostgresParts, SetupOptions } from './parts.ts';
import { need, run } from './tools.ts';

const FILE = 'data.tar';

/** What holds wherever the server runs: embedded or in a container. */
export const INITDB_SETTINGS = [
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  // A quarter of the default: the folder is copied at every start.
  '--wal-segsize=4',
  '--no-sync',
  '--no-instructions',
] as const;

/** Anybody on this host's own user may enter through the private socket; over TCP everybody has a password. */
const INITDB = ['--username', ROLES.admin, ...INITDB_SETTINGS, '--auth-local=trust', '--auth-host=scram-sha-256'];

/** A freshly made data folder as a tar file: superuser and ordinary role, no passwords yet. */
export const postgresTemplate = async (
  { home, version }: Pick<PostgresParts, 'home' | 'version'>,
  options: SetupOptions,
): Promise<string> => {
  const { env, progress } = options;
  const name = `postgres-${version}-${process.platform}-${process.arch}-data-${keyOf(...INITDB, ROLES.worker)}`;
  const folder = await cached(options, name, async (unfinished) => {
    progress('preparing a PostgreSQL data folder');
    const tar = need('tar', env, 'data folders are packed with it');
    const user = unprivilegedUser();
    // The server refuses root, and its user may not be able to reach the cache at all. Only the data are his: in a folder of his he
    // could put links into the place of what is written there.
    const work = await mkdtemp(join(tmpdir(), 'faultline-initdb-'));
    try {
      const programs = user === null || reachableBy(user, home) ? home : join(work, 'programs');
      if (programs !== home) await cp(home, programs, { recursive: true, verbatimSymlinks: true });
      const data = join(work, 'data');
      await mkdir(data, { mode: 0o700 });
      if (user !== null) await Promise.all([chmod(work, 0o711), chown(data, user.uid, user.gid)]);
      const how = {
        env: { PATH: env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
        timeout: 120_000,
        ...(user === null ? {} : { user }),
      };
      await run([join(programs, 'bin', 'initdb'), '-D', data, ...INITDB], {
        ...how,
        doing: 'preparing a PostgreSQL data folder',
      });
      await run([join(programs, 'bin', 'postgres'), '--single', '-D', data, 'postgres'], {
        ...how,
        input: `CREATE ROLE ${ROLES.worker} LOGIN\n`,
        doing: `creating the role ${ROLES.worker}`,
      });
      await run([tar, '-cf', join(unfinished, FILE), '-C', data, '.'], {
        env,
        doing: 'packing the data folder',
        timeout: 60_000,
      });
      await chmod(join(unfinished, FILE), 0o644);
    } finally {
      removeTree(work);
    }
  });
  return join(folder, FILE);
};
