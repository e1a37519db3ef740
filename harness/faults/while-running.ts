/** Striking a process at a moment: one that is just being started again is waited for. */
import type { Condition } from '../history/conditions.ts';
import type { WorkerRole } from '../pipeline/vocabulary.ts';
import type { FaultContext } from './types.ts';

/** Strikes once, as soon as the condition holds while the worker runs; returns how to stop waiting. */
export const whileRunning = (
  { workers, when }: Pick<FaultContext, 'workers' | 'when'>,
  worker: WorkerRole,
  condition: Condition,
  strike: () => void,
): (() => void) => {
  let stop = (): void => {};
  const wait = (): void => {
    // It may have exited since: then the moment has not come.
    stop = when({ all: [condition, { running: { worker } }] }, () => (workers.isRunning(worker) ? strike() : wait()));
  };
  wait();
  return () => stop();
};
