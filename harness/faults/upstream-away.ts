import type { Fault } from './types.ts';

/**
 * The upstream cannot be reached by the workers. It fires with the first attempt that is refused, or when one that had a
 * connection to it exits by itself: clients die of a connection that breaks while it is idle.
 */
export const upstreamAway: Fault<'upstream-away'> = {
  kind: 'upstream-away',
  touches: 'workers',
  tookUpstreamAway: true,
  target: ({ workers, upstream }) => `${workers.join(' and ')} to ${upstream}`,
  about: ({ workers, upstream }) => ({ workers, upstream, disturbs: 'reach' }),
  healing: ({ workers, upstream }) => `let ${workers.join(' and ')} reach ${upstream} again`,
  inject: async ({ workers: roles, upstream }, { wires, when, fired, ...context }) => {
    // One that plays several parts has one way there.
    const workers = context.workers.apart(roles);
    // Counted first: only what is refused from now on is this fault's doing.
    const before = workers.map((worker) => ({ worker, refused: wires.attempts(worker, upstream, 'refused') }));
    const refusedSince = before.map(({ worker, refused }) => ({
      connected: { worker, upstream, refused: true, atLeast: refused + 1 },
    }));
    const exited = workers
      .filter((worker) => context.workers.isRunning(worker))
      .map((worker) => ({ exited: { worker } }));
    const stopWaiting = when({ any: [...refusedSince, ...exited] }, () => {
      const refused = before.some((one) => wires.attempts(one.worker, upstream, 'refused') > one.refused);
      fired(refused ? `${upstream} refused a connection` : `a worker that was cut off from ${upstream} exited`);
    });
    const restore = async (): Promise<void> => {
      stopWaiting();
      await Promise.all(workers.map((worker) => wires.restore(worker, upstream)));
    };
    try {
      await Promise.all(workers.map((worker) => wires.away(worker, upstream)));
    } catch (error) {
      // One of them may be cut off already.
      await restore();
      throw error;
    }
    return { heal: restore };
  },
};
