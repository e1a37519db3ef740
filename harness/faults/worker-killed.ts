import type { Fault } from './types.ts';
import { whileRunning } from './while-running.ts';

/** SIGKILL at the moment the condition holds. It has fired once the process is gone. */
export const workerKilled: Fault<'worker-killed'> = {
  kind: 'worker-killed',
  touches: 'workers',
  target: ({ worker }) => worker,
  about: ({ worker }) => ({ workers: [worker], disturbs: 'process' }),
  healing: ({ worker }) => `start ${worker} again`,
  inject: async ({ worker, when }, context) => {
    const { workers } = context;
    let killing: Promise<void> | undefined;
    const kill = async (): Promise<void> => {
      await workers.stop(worker);
      context.fired(`${worker} is killed`);
    };
    const stopWaiting = whileRunning(context, worker, when, () => {
      killing = kill();
      killing.catch(context.failed);
    });
    return {
      heal: async () => {
        stopWaiting();
        await killing;
        if (!workers.isRunning(worker)) await workers.startAgain(worker);
      },
    };
  },
};
