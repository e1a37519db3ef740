import type { Fault } from './types.ts';

/** SIGSTOP: the process is there, its member stays in the group until the session ends, nothing moves. */
export const workerPaused: Fault<'worker-paused'> = {
  kind: 'worker-paused',
  touches: 'workers',
  target: ({ worker }) => worker,
  about: ({ worker }) => ({ workers: [worker], disturbs: 'process' }),
  healing: ({ worker }) => `send SIGCONT to ${worker}`,
  inject: async ({ worker }, { workers, fired }) => {
    await workers.pause(worker);
    // One that has exited stands still for another reason.
    if (workers.isRunning(worker)) fired(`${worker} is stopped by SIGSTOP`);
    return {
      heal: async () => {
        await workers.resume(worker);
      },
    };
  },
};
