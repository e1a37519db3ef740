import type { Fault } from './types.ts';

/** Connections reach the upstream, no byte of what the worker sends does. */
export const bytesWithheld: Fault<'bytes-withheld'> = {
  kind: 'bytes-withheld',
  touches: 'nothing',
  target: ({ worker, upstream }) => `${worker} to ${upstream}`,
  healing: ({ worker, upstream }) => `make the proxy from ${worker} to ${upstream} anew`,
  inject: async ({ worker, upstream }, { wires, when, fired }) => {
    await wires.withhold(worker, upstream);
    const stopWaiting = when({ connected: { worker, upstream } }, () =>
      fired(`a connection of ${worker} to ${upstream} delivers nothing`),
    );
    return {
      heal: async () => {
        stopWaiting();
        await wires.restore(worker, upstream);
      },
    };
  },
};
