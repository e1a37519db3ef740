/** The heavy parts behind the commands. Loaded when used: `--help` and `list` need none of them. */
import type { Config, WorkerSet } from '../config/types.ts';
import type { DoctorReport } from '../environment/doctor.ts';
import type { ClusterFacts } from '../environment/external/kafka-cluster.ts';
import type { EnvironmentChoice } from '../environment/start.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { TrialVerdict } from '../history/verdict.ts';
import type { ClusterOptions } from '../run/choose.ts';
import type { Scenario } from '../scenario/types.ts';
import type { Standing } from '../trial/standing.ts';
import type { HostOptions, TrialHost } from '../trial/types.ts';

/** Of `openStanding`. */
export interface StandingOptions {
  readonly config: Config;
  /** Default: auto. */
  readonly environment?: EnvironmentChoice;
  /** One line about long work. */
  readonly progress: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface SetupOptions {
  readonly cacheDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly progress: (line: string) => void;
}

export interface Parts {
  openStanding(options: StandingOptions): Promise<Standing>;
  /** What of an external cluster decides which scenarios are possible there. Changes nothing. */
  lookAtCluster(options: ClusterOptions): Promise<ClusterFacts>;
  /** Tells what keeps the environment from being started, before anything is. Errors: FaultlineError 'environment'. */
  checkEnvironment(options: {
    readonly environment: EnvironmentChoice;
    readonly config: Config;
    readonly workers: WorkerSet;
    readonly env: Readonly<Record<string, string | undefined>>;
  }): Promise<void>;
  /** Fetches and builds what is missing. */
  ensureSetup(options: SetupOptions): Promise<void>;
  /** Looks and changes nothing. */
  inspectMachine(options: Pick<SetupOptions, 'cacheDir' | 'env'>): Promise<DoctorReport>;
  openHost(options: HostOptions): Promise<TrialHost>;
  /** `pacts`: the folder of those to judge by; null: by none. Errors: FaultlineError when there is none, or one cannot be read. */
  judge(events: readonly HistoryEvent[], scenario: Scenario, pacts: string | null): Promise<TrialVerdict>;
}

export const realParts: Parts = {
  openStanding: async (options) => (await import('../trial/standing.ts')).openStanding(options),
  lookAtCluster: async (options) => (await import('../environment/external/external.ts')).lookAtCluster(options),
  checkEnvironment: async ({ environment, config, workers, env }) => {
    const [{ checkEnvironment }, { cacheFolder }, { comeAsImages }] = await Promise.all([
      import('../environment/start.ts'),
      import('../config/cache-folder.ts'),
      import('../config/parts.ts'),
    ]);
    await checkEnvironment(environment, {
      cacheDir: cacheFolder(config, env),
      env,
      progress: () => undefined,
      pipeline: workers.pipeline,
      needsContainers: comeAsImages(workers.workers),
    });
  },
  ensureSetup: async (options) => void (await (await import('../environment/setup/setup.ts')).ensureSetup(options)),
  inspectMachine: async (options) => (await import('../environment/doctor.ts')).inspectMachine(options),
  openHost: async (options) => (await import('../trial/host.ts')).openHost(options),
  judge: async (events, scenario, pacts) => {
    const [{ judge }, { readContract }] = await Promise.all([
      import('../verdict/judge.ts'),
      import('../contract/contract.ts'),
    ]);
    return judge(events, scenario, readContract(pacts));
  },
};
