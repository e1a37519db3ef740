import type { Fault } from './types.ts';
import { endOf } from './worker-terminated.ts';
import { whileRunning } from './while-running.ts';

/**
 * A rolling deployment of a worker with one replica, while the scenario goes on: SIGTERM at the moment the condition
 * holds, SIGKILL after the grace, and the next process as soon as the old one is gone.
 */
export const workerRestarted: Fault<'worker-restarted'> = {
  kind: 'worker-restarted',
  touches: 'workers',
  target: ({ worker }) => worker,
  about: ({ worker }) => ({ workers: [worker], disturbs: 'process' }),
  healing: ({ worker }) => `nothing: the next ${worker} is started as soon as the old one is gone`,
  inject: async ({ worker, when }, context) => {
    const { workers } = context;
    let restarting: Promise<void> | undefined;
    const restart = async (): Promise<void> => {
      const ended = await workers.terminate(worker);
      if (ended === undefined) return;
      // Begun, not done: what happens until the next one is ready is what the fault is about.
      const started = workers.startAgain(worker);
      context.fired(`${endOf(worker, ended)}; the next one is started`);
      await started;
    };
    const stopWaiting = whileRunning(context, worker, when, () => {
      restarting = restart();
      restarting.catch(context.failed);
    });
    return {
      heal: async () => {
        stopWaiting();
        await restarting;
      },
    };
  },
};
