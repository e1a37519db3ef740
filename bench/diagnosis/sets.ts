/** The worker sets that ways are brought about with: the reference workers, and those of fixtures/. */
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import { loadConfig, loadConfigFile } from '../../harness/config/load.ts';
import type { Config, WorkerConfig, WorkerSet } from '../../harness/config/types.ts';
import type { Role, Way } from './types.ts';

export interface Sets {
  readonly config: Config;
  /** One that has each of these workers, their command lines ending with the tag: by it they are told from others' on this machine. */
  of(workers: Way['workers'], tag: string): WorkerSet;
}

const tagged = (worker: WorkerConfig, tag: string): WorkerConfig => ({
  ...worker,
  command: [...worker.command, `--of=${tag}`],
});

/** Fits the command line of the worker with this tag, and no command line that it is written in itself. */
export const patternOf = (role: Role, tag: string): string => `${role}.*--of=[${tag.charAt(0)}]${tag.slice(1)}`;

/** `cwd`: a folder without a configuration. */
export const loadSets = async (cwd: string): Promise<Sets> => {
  const config = await loadConfig({ cwd });
  const fixtures = await loadConfigFile(join(packageRoot, 'fixtures/faultline.config.ts'));
  const setNamed = (name: string): WorkerSet => {
    const found = config.workerSets[name] ?? fixtures.workerSets[name];
    if (found === undefined) throw new Error(`there is no worker set ${name}`);
    return found;
  };
  const pick = (name: string, role: Role): WorkerConfig => {
    const found = setNamed(name).workers.find((one) => one.role === role);
    if (found === undefined) throw new Error(`${name} has no ${role}`);
    return found;
  };
  return {
    config,
    of: (workers, tag) => ({
      ...setNamed('hardened'),
      name: Object.values(workers).join('+'),
      workers: [
        tagged(pick(workers['purchase-worker'], 'purchase-worker'), tag),
        tagged(pick(workers['allocation-worker'], 'allocation-worker'), tag),
      ],
    }),
  };
};
