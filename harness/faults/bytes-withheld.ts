import type { Fault } from './types.ts';

/** Connections reach the upstream, no byte of what the worker sends does. It fires with the first connection that meets this. */
export const bytesWithheld: Fault<'bytes-withheld'> = {
  kind: 'bytes-withheld',
  touches: 'nothing',
  tookUpstreamAway: true,
  target: ({ worker, upstream }) => `${worker} to ${upstream}`,
  about: ({ worker, upstream }) => ({ workers: [worker], upstream, disturbs: 'reach' }),
  healing: ({ worker, upstream }) => `make the proxy from ${worker} to ${upstream} anew`,
  inject: async ({ worker, upstream }, { wires, when, fired }) => {
    await wires.withhold(worker, upstream);
    // What was connected before, perhaps while the worker was started, delivered.
    const before = wires.attempts(worker, upstream);
    const stopWaiting = when({ connected: { worker, upstream, atLeast: before + 1 } }, () =>
      fired(`a connection of ${worker} to ${upstream} delivers nothing`),
    );
    try {
      // A kept-alive connection would carry the next request without anybody connecting.
      await wires.cut(worker, upstream);
    } catch (error) {
      stopWaiting();
      throw error;
    }
    return {
      heal: async () => {
        stopWaiting();
        await wires.restore(worker, upstream);
      },
    };
  },
};
