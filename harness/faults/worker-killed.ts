import type { Fault } from './types.ts';

/** SIGKILL at the moment the condition holds. */
export const workerKilled: Fault<'worker-killed'> = {
  kind: 'worker-killed',
  touches: 'workers',
  target: ({ worker }) => worker,
  about: ({ worker }) => ({ workers: [worker] }),
  healing: ({ worker }) => `start ${worker} again`,
  inject: async ({ worker, when }, context) => {
    let killing: Promise<void> | undefined;
    const stopWaiting = context.when(when, () => {
      // One that has exited by itself cannot be killed.
      if (!context.workers.isRunning(worker)) return;
      context.fired(`${worker} is killed`);
      killing = context.workers.stop(worker);
      killing.catch(context.failed);
    });
    return {
      heal: async () => {
        stopWaiting();
        await killing;
        if (!context.workers.isRunning(worker)) await context.workers.startAgain(worker);
      },
    };
  },
};
