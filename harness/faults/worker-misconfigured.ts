import type { Fault } from './types.ts';

/** The worker runs with a wrong setting, by the environment that its configuration names for it. */
export const workerMisconfigured: Fault<'worker-misconfigured'> = {
  kind: 'worker-misconfigured',
  touches: 'workers',
  // A group may read a topic in which it has no offset from the beginning, and must not meet earlier trials there.
  needsFreshTopics: () => true,
  target: ({ worker }) => worker,
  about: ({ worker }) => ({ workers: [worker], disturbs: 'settings' }),
  healing: ({ worker }) => `restart ${worker} with the right setting`,
  inject: async ({ worker, setting, start }, { workers, fired }) => {
    const env = workers.misconfigured(worker, setting);
    await workers.stop(worker);
    const startWrong = async (): Promise<void> => {
      await workers.start(worker, { env, ready: 'any-group' });
      fired(
        `${worker} runs with ${setting}: ${Object.entries(env)
          .map(([k, v]) => `${k}=${v}`)
          .join(' ')}`,
      );
    };
    if (start !== 'after-act') await startWrong();
    return {
      ...(start === 'after-act' ? { afterAct: startWrong } : {}),
      heal: async () => {
        await workers.stop(worker);
        await workers.startAgain(worker);
      },
    };
  },
};
