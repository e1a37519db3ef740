/** The embedded environment on this machine: how tests start it, and what it leaves where. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import { runtimePlaces } from '../../harness/environment/embedded/runtime-folder.ts';
import type { Address } from '../../harness/addresses/address.ts';

export const cacheDir = join(packageRoot, '.faultline');

export const options = { cacheDir, env: process.env, progress: () => undefined };

/** The set-up may have to fetch and build, ms. */
export const SETUP_MS = 10 * 60_000;

/** The runtime folders of that process. */
export const foldersOf = (pid: number): string[] =>
  runtimePlaces().flatMap(({ folder }) =>
    readdirSync(folder)
      .filter((name) => name.includes(`faultline-${pid}-`))
      .map((name) => join(folder, name)),
  );

/** Does somebody listen there? */
export const answers = async ({ host, port }: Address): Promise<boolean> => {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
