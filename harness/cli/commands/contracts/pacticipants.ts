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

/** The pacticipants asked for, or the workers with pacts, each with its version. Errors: FaultlineError 'usage'. */
export const pacticipantsOf = async (io: Io, given: DeploymentArguments): Promise<readonly Pacticipant[]> => {
  const folder = await pactsFolder(io, given.pacts);
  // Who names a provider need not have pacts.
  const pacts = given.pacticipants.length > 0 && !existsSync(folder) ? [] : readPacts(folder);
  const { pipeline } = await loadConfig({ cwd: io.cwd });
  const isWorker = ({ consumer }: PactFile): boolean => Object.hasOwn(pipeline.stages, consumer);
  const names =
    given.pacticipants.length > 0
      ? given.pacticipants
      : [...new Set(pacts.filter(isWorker).map(({ publishedAs }) => publishedAs))];
  if (names.length === 0)
    throw new FaultlineError('usage', `no pact in ${folder} is a worker's`, 'Name whom you mean with --pacticipant.');
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
