import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './types.ts';

/** Between two looks whether somebody waits, ms. */
const LOOK_EVERY_MS = 5;

/**
 * Writes to a table wait, reads do not: what an open transaction with a lock, a migration for one, does to a worker. It
 * fires when the worker waits for it, which is then surely in the middle of its event. Whoever died waiting writes nothing
 * any more: without that PostgreSQL would carry out, and commit, what a process asked for that is long gone.
 */
export const writesHeld: Fault<'writes-held'> = {
  kind: 'writes-held',
  touches: 'nothing',
  target: ({ worker, table }) => `${table}, when ${worker} writes to it`,
  about: ({ worker }) => ({ workers: [worker], upstream: 'postgres', disturbs: 'writes' }),
  healing: ({ table }) => `end the transaction that locks ${table}`,
  inject: async ({ worker, table, until }, context) => {
    const hold = await context.holdWrites(table);
    let over = false;
    let caught: { readonly backends: readonly number[]; readonly process: number | undefined } | undefined;
    let releasing: Promise<void> | undefined;
    let stopWaiting: (() => void) | undefined;

    const release = (): Promise<void> =>
      (releasing ??= (async () => {
        over = true;
        stopWaiting?.();
        if (caught !== undefined && context.workers.processOf(worker) !== caught.process)
          await hold.end(caught.backends);
        await hold.release();
      })());
    const watch = async (): Promise<void> => {
      while (!over) {
        const process = context.workers.processOf(worker);
        const waiting = await hold.waiting();
        // Whoever else waits is in the middle of something else.
        const own = context.wires.backends(worker);
        const backends = waiting.filter((pid) => own.includes(pid));
        if (backends.length > 0) {
          caught = { backends, process };
          context.fired(`${worker} waits to write to ${table}`);
          return;
        }
        await delay(LOOK_EVERY_MS);
      }
    };

    const watching = watch();
    watching.catch(context.failed);
    if (until !== undefined) stopWaiting = context.when(until, () => void release().catch(context.failed));
    return {
      heal: async () => {
        over = true;
        try {
          await watching;
        } finally {
          // Whoever could not look must not leave everybody waiting.
          await release();
        }
      },
    };
  },
};
