import type { Fault } from './types.ts';

/** The upstream cannot be reached by the workers; it fires with the first attempt that is refused. */
export const upstreamAway: Fault<'upstream-away'> = {
  kind: 'upstream-away',
  touches: 'workers',
  target: ({ workers, upstream }) => `${workers.join(' and ')} to ${upstream}`,
  healing: ({ workers, upstream }) => `let ${workers.join(' and ')} reach ${upstream} again`,
  inject: async (spec, { wires, when, fired }) => {
    const { workers, upstream } = spec;
    await Promise.all(workers.map((worker) => wires.away(worker, upstream)));
    const stopWaiting = when(
      { any: workers.map((worker) => ({ connected: { worker, upstream, refused: true } })) },
      () => fired(`${upstream} refused a connection`),
    );
    return {
      heal: async () => {
        stopWaiting();
        await Promise.all(workers.map((worker) => wires.restore(worker, upstream)));
      },
    };
  },
};
