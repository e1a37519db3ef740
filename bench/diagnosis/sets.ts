/** The worker sets that ways are brought about with: the reference workers, and those of fixtures/. */
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import { loadConfig, loadConfigFile } from '../../harness/config/load.ts';
import type { Config, WorkerConfig, WorkerSet } from '../../harness/config/types.ts';
import type { Role, Way } from './types.ts';

export interface Sets {
  readonly config: Config;
  /** One that has each of these workers. */
  of(workers: Way['workers']): WorkerSet;
}

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
    of: (workers) => ({
      ...setNamed('hardened'),
      name: Object.values(workers).join('+'),
      workers: [
        pick(workers['purchase-worker'], 'purchase-worker'),
        pick(workers['allocation-worker'], 'allocation-worker'),
      ],
    }),
  };
};
