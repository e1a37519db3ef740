/** An environment and what is opened in it: the same for runs, for making contracts, and for an engineer to poke at. */
import { openTogether } from '../base/opened.ts';
import type { Opened } from '../base/opened.ts';
import { startReaper } from '../base/reaper.ts';
import { cacheFolder } from '../config/cache-folder.ts';
import { comeAsImages, consumerGroupsOf } from '../config/parts.ts';
import type { Config, WorkerSet } from '../config/types.ts';
import { DEFAULT_ENVIRONMENT, startEnvironment } from '../environment/start.ts';
import type { EnvironmentChoice } from '../environment/start.ts';
import type { Environment } from '../environment/types.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { openSlot } from './slot.ts';
import type { Slot } from './slot.ts';

interface Wanted {
  readonly config: Config;
  /** Default: auto. */
  readonly environment?: EnvironmentChoice | undefined;
  /** One that is up already and serves nobody else; it is not ended with what is opened in it. Left out: one is started. */
  readonly within?: Environment | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** One line about what takes long. */
  readonly progress: (line: string) => void;
}

export interface Grounds extends Opened {
  readonly environment: Environment;
  /** Ends everything without waiting. */
  kill(): void;
}

export interface SlotGrounds extends Grounds {
  readonly slot: Slot;
}

const groundsIn = async (
  opened: Opened,
  wanted: Wanted,
  users: { readonly pipeline: PipelineDeclaration; readonly workers?: WorkerSet['workers'] },
): Promise<Grounds> => {
  const { config, environment: choice = DEFAULT_ENVIRONMENT, within, env, progress } = wanted;
  const { pipeline, workers = [] } = users;
  const start = (): Promise<Environment> =>
    startEnvironment(choice, {
      cacheDir: cacheFolder(config, env),
      env,
      progress,
      pipeline,
      config,
      consumerGroups: consumerGroupsOf(workers),
      needsContainers: comeAsImages(workers),
    });
  const environment = within ?? (await opened.keep(start(), (one) => one.stop()));
  return {
    ...opened,
    environment,
    kill: () => {
      if (within === undefined) environment.kill();
    },
  };
};

/** Opens an environment and, by `open`, what is to stand in it. Errors: FaultlineError 'setup', 'environment'; nothing is left open then. */
export const openGrounds = <T>(
  wanted: Wanted & { readonly pipeline: PipelineDeclaration },
  open: (grounds: Grounds) => Promise<T>,
): Promise<T> => openTogether(async (opened) => open(await groundsIn(opened, wanted, wanted)));

/** The same with a slot for these workers in it. Errors: FaultlineError 'setup', 'environment', 'config', 'worker'; nothing is left open then. */
export const openSlotGrounds = <T>(
  wanted: Wanted & {
    readonly workers: WorkerSet;
    readonly recorder: Recorder;
    /** Opens what workers reach as their services, at an address of this machine; gives their ports, by service. Left out: the stubs. */
    readonly openInsteadOfStubs?: ((environment: Environment) => Promise<Readonly<Record<string, number>>>) | undefined;
  },
  open: (grounds: SlotGrounds) => Promise<T>,
): Promise<T> =>
  openTogether(async (opened) => {
    const { config, workers, recorder, env, progress, openInsteadOfStubs } = wanted;
    // First: it ends the workers where the harness can no more.
    const reaper = await opened.keep(startReaper(), (one) => one.close());
    const grounds = await groundsIn(opened, wanted, workers);
    const { environment } = grounds;
    const ports = await openInsteadOfStubs?.(environment);
    const slot = await opened.keep(
      openSlot({
        environment,
        config,
        workers,
        recorder,
        reaper,
        env,
        progress,
        ...(ports === undefined ? {} : { portsInsteadOfStubs: ports }),
      }),
      (one) => one.close(),
    );
    const kill = (): void => {
      slot.kill();
      grounds.kill();
    };
    return open({ ...grounds, slot, kill });
  });
