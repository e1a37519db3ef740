import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import type { PostgresAddress } from '../../addresses/address.ts';
import { FaultlineError } from '../../base/errors.ts';
import { need } from '../setup/tools.ts';
import type { PostgresParts } from '../setup/parts.ts';
import { ROLES, serverCommand } from './postgres-command.ts';
import { setPasswords } from './postgres-ready.ts';
import { startPart } from './part.ts';
import type { Part } from './part.ts';
import { ANSWER_WITHIN_MS, retryWhenPortTaken } from './start-context.ts';
import type { StartContext } from './start-context.ts';
import { reachableBy, unprivilegedUser } from './unprivileged.ts';
import type { User } from './unprivileged.ts';
import { until } from './until.ts';

/** Programs of the system's that need no variables. */
const NOTHING = {};

export interface RunningPostgres {
  readonly part: Part;
  readonly address: PostgresAddress;
  readonly version: string;
}

const makePrivateFolder = (path: string, user: User | null): string => {
  mkdirSync(path, { mode: 0o700 });
  if (user !== null) chownSync(path, user.uid, user.gid);
  return path;
};

/** tar writes as PostgreSQL's user what the harness opened as itself: no change of owner is needed, and no right to read the cache. */
const unpack = async (archive: string, folder: string, user: User | null, { env }: StartContext): Promise<void> => {
  const tar = need('tar', env, 'data folders are unpacked with it');
  const source = openSync(archive, 'r');
  const child = spawn(tar, ['-xf', '-', '-C', folder], {
    cwd: '/',
    env: NOTHING,
    stdio: [source, 'ignore', 'pipe'],
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
  });
  closeSync(source);
  const [said, code] = await Promise.all([
    text(child.stderr ?? Readable.from([])),
    once(child, 'exit').then(([status]) => status as number | null),
  ]);
  if (code !== 0)
    throw new FaultlineError(
      'environment',
      `could not unpack ${archive} into ${folder}: ${said.trim()}`,
      'is there space left? see `faultline doctor`',
    );
};

/** The server's programs, where its user can reach them: a checkout below /root is closed to everybody else. */
const reachableHome = async (home: string, user: User | null, { folder }: StartContext): Promise<string> => {
  if (user === null || reachableBy(user, home)) return home;
  const copy = join(folder.executable, 'postgres-programs');
  await execa('cp', ['-R', home, copy], { env: NOTHING, extendEnv: false });
  return copy;
};

/** Starts a server on a copy of the prepared data folder and waits until it has answered a query. */
export const startPostgres = async (postgres: PostgresParts, context: StartContext): Promise<RunningPostgres> => {
  const { folder, env, reaper, started, reservePort, abandoned } = context;
  const user = unprivilegedUser();
  const data = makePrivateFolder(join(folder.path, 'postgres-data'), user);
  const sockets = makePrivateFolder(join(folder.path, 'postgres-socket'), user);
  const [home] = await Promise.all([
    reachableHome(postgres.home, user, context),
    unpack(postgres.template, data, user, context),
  ]);
  const password = (): string => randomBytes(18).toString('hex');
  const passwords = { admin: password(), worker: password(), writer: password() };
  return retryWhenPortTaken(async (attempt) => {
    const { port, release } = await reservePort();
    await release();
    const part = startPart({
      name: 'PostgreSQL',
      command: serverCommand({ home, data, sockets, port, inMemory: folder.inMemory }),
      env: { PATH: env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      user,
      log: join(folder.path, `postgres-${attempt}.log`),
      endsBy: 'QUIT',
      reaper,
    });
    started(part);
    const version = await until((patience) => setPasswords({ host: sockets, port }, passwords, patience), {
      what: `PostgreSQL on port ${port}`,
      within: ANSWER_WITHIN_MS,
      unless: [part.died, abandoned],
    });
    const address = {
      host: '127.0.0.1',
      port,
      admin: { user: ROLES.admin, password: passwords.admin },
      worker: { user: ROLES.worker, password: passwords.worker },
      writer: { user: ROLES.writer, password: passwords.writer },
    };
    return { part, address, version };
  });
};
