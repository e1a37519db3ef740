import type { Fault } from './types.ts';

/** The upstream cannot be reached by the workers; it fires with the first attempt that is refused. */
export const upstreamAway: Fault<'upstream-away'> = {
  kind: 'upstream-away',
  touches: 'workers',
  tookUpstreamAway: true,
  target: ({ workers, upstream }) => `${workers.join(' and ')} to ${upstream}`,
  about: ({ workers, upstream }) => ({ workers, upstream }),
  healing: ({ workers, upstream }) => `let ${workers.join(' and ')} reach ${upstream} again`,
  inject: async ({ workers: roles, upstream }, { wires, when, fired, ...context }) => {
    // One that plays several parts has one way there.
    const workers = context.workers.apart(roles);
    // Counted first: only what is refused from now on is this fault's doing.
    const refusedSince = workers.map((worker) => ({
      connected: { worker, upstream, refused: true, atLeast: wires.attempts(worker, upstream, 'refused') + 1 },
    }));
    const stopWaiting = when({ any: refusedSince }, () => fired(`${upstream} refused a connection`));
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
