import type { Ended, Fault } from './types.ts';
import { whileRunning } from './while-running.ts';

/** How a process that was asked to stop came to its end, in words. */
export const endOf = (worker: string, { code, signal, graceMs }: Ended): string => {
  if (signal === 'SIGKILL') return `${worker} got SIGTERM, was still there after ${graceMs} ms and was killed`;
  return `${worker} got SIGTERM and exited ${signal === null ? `with ${code ?? '?'}` : `by ${signal}`}`;
};

/** SIGTERM at the moment the condition holds, as at the end of a deployment: SIGKILL follows after the worker's grace. */
export const workerTerminated: Fault<'worker-terminated'> = {
  kind: 'worker-terminated',
  touches: 'workers',
  target: ({ worker }) => worker,
  about: ({ worker }) => ({ workers: [worker], disturbs: 'process' }),
  healing: ({ worker }) => `start ${worker} again`,
  inject: async ({ worker, when }, context) => {
    const { workers } = context;
    let ending: Promise<void> | undefined;
    const end = async (): Promise<void> => {
      const ended = await workers.terminate(worker);
      // One that exited by itself the moment before was not asked.
      if (ended !== undefined) context.fired(endOf(worker, ended));
    };
    const stopWaiting = whileRunning(context, worker, when, () => {
      ending = end();
      ending.catch(context.failed);
    });
    return {
      heal: async () => {
        stopWaiting();
        await ending;
        if (ending !== undefined && !workers.isRunning(worker)) await workers.startAgain(worker);
      },
    };
  },
};
