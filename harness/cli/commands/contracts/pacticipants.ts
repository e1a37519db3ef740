/** Whom can-i-deploy and record-deployment are about. */
import { existsSync } from 'node:fs';
import { FaultlineError } from '../../../base/errors.ts';
import { loadConfig } from '../../../config/load.ts';
import { versionOf } from '../../../pact/broker/commit.ts';
import type { BrokerOptions } from '../../../pact/broker/broker.ts';
import type { Pacticipant } from '../../../pact/broker/deployment.ts';
import { readPacts } from '../../../pact/broker/pact-files.ts';
import type { PactFile } from '../../../pact/broker/pact-files.ts';
import type { Io } from '../../io.ts';
import { pactsFolder } from './pacts-folder.ts';
import { versionsOf } from './versions.ts';

export interface DeploymentArguments {
  /** Folder, relative to the current directory; undefined: the configuration's. */
  readonly pacts: string | undefined;
  /** Names at the broker; empty: the workers that have pacts. */
  readonly pacticipants: readonly string[];
  readonly version: string | undefined;
  readonly environment: string;
  readonly broker: BrokerOptions;
}

const OPTION = '--pacticipant-version';

const wishOf = (version: string | undefined) => ({ version, branch: undefined, option: OPTION, allowDirty: true });

interface Whom {
  readonly names: readonly string[];
  readonly pacts: readonly PactFile[];
}

/** Who names a provider need not have pacts; who gives the version as well needs none. */
const named = async (io: Io, { pacts, pacticipants: names, version }: DeploymentArguments): Promise<Whom> => {
  if (version !== undefined) return { names, pacts: [] };
  const folder = await pactsFolder(io, pacts);
  return { names, pacts: existsSync(folder) ? readPacts(folder) : [] };
};

const workersIn = async (io: Io, given: DeploymentArguments): Promise<Whom> => {
  const folder = await pactsFolder(io, given.pacts);
  const pacts = readPacts(folder);
  const { pipeline } = await loadConfig({ cwd: io.cwd });
  const isWorker = ({ consumer }: PactFile): boolean => Object.hasOwn(pipeline.stages, consumer);
  const names = pacts.filter(isWorker).map(({ publishedAs }) => publishedAs);
  if (names.length === 0)
    throw new FaultlineError('usage', `no pact in ${folder} is a worker's`, 'Name whom you mean with --pacticipant.');
  return { names, pacts };
};

/** The pacticipants asked for, or the workers with pacts, each with its version. Errors: FaultlineError 'usage'. */
export const pacticipantsOf = async (io: Io, given: DeploymentArguments): Promise<readonly Pacticipant[]> => {
  const { names, pacts } = given.pacticipants.length > 0 ? await named(io, given) : await workersIn(io, given);
  return Promise.all(
    [...new Set(names)].map(async (name) => {
      const pact = pacts.find(({ publishedAs }) => publishedAs === name);
      const found =
        pact === undefined
          ? await versionOf({ ...wishOf(given.version), folder: io.cwd }, io.env)
          : (await versionsOf(io, [pact], wishOf(given.version))).get(pact);
      return { name, version: found?.number ?? '' };
    }),
  );
};
