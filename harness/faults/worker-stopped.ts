import type { Fault } from './types.ts';

/** The worker's processes are killed and leave their group. */
export const workerStopped: Fault<'worker-stopped'> = {
  kind: 'worker-stopped',
  touches: 'workers',
  target: ({ worker }) => worker,
  about: ({ worker }) => ({ workers: [worker], disturbs: 'process' }),
  healing: ({ worker }) => `start ${worker} again`,
  inject: async ({ worker }, { workers, fired }) => {
    await workers.stop(worker);
    fired(`${worker} is not running`);
    return { heal: () => workers.startAgain(worker) };
  },
};
