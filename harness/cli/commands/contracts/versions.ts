/** Which version a pacticipant is at: the commit of the folder that its worker runs in. */
import { packageRoot } from '../../../base/package-root.ts';
import { loadConfig } from '../../../config/load.ts';
import type { Config } from '../../../config/types.ts';
import { findWorkerSet } from '../../../config/worker-sets.ts';
import { versionOf } from '../../../pact/broker/commit.ts';
import type { Version, VersionWish } from '../../../pact/broker/commit.ts';
import type { PactFile } from '../../../pact/broker/pact-files.ts';
import type { Io } from '../../io.ts';

type Wish = Pick<VersionWish, 'version' | 'branch' | 'option' | 'allowDirty'>;

/** The folder of the worker that the pact is from; another folder when its set is no longer in the configuration. */
const folderOf = async (config: Config, pact: PactFile, cwd: string): Promise<string> => {
  const set = await findWorkerSet(config, pact.workers, cwd).catch(() => undefined);
  const worker = set?.workers.find(({ role }) => role === pact.consumer) ?? set?.workers[0];
  return worker?.cwd ?? cwd;
};

/**
 * The version of each pact's consumer. Reference workers stand in Faultline's own checkout: installed as a package they
 * have no commit. Errors: FaultlineError 'usage' where there is no commit, 'config' for a wrong configuration file.
 */
export const versionsOf = async (
  io: Io,
  pacts: readonly PactFile[],
  wish: Wish,
): Promise<ReadonlyMap<PactFile, Version>> => {
  const config = await loadConfig({ cwd: io.cwd });
  const byFolder = new Map<string, Promise<Version>>();
  const found = new Map<PactFile, Version>();
  for (const pact of pacts) {
    const folder = pact.reference ? packageRoot : await folderOf(config, pact, io.cwd);
    const version = byFolder.get(folder) ?? versionOf({ ...wish, folder, mustBeTop: pact.reference }, io.env);
    byFolder.set(folder, version);
    found.set(pact, await version);
  }
  return found;
};
