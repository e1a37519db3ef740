/** Interactions one after the other on one bench: none suffers from what another left behind. */
import type { WorkerRole } from '../../pipeline/vocabulary.ts';
import type { Bench } from './bench.ts';

/** What is worked on now: `3 of 24: …`. */
export type Say = (line: string) => void;

export interface InOrder {
  /**
   * Does one interaction's work with these workers alone. After one that failed, and where a worker is gone, they are started anew
   * first, behind everything that is there: a worker that died of an interaction, or still tries it, is not there for the next one.
   */
  each<T>(what: string, roles: readonly WorkerRole[], work: () => Promise<T>): Promise<T>;
  /** Workers that the last interaction cost: `the allocation-worker exited with code 1`. */
  lost(): readonly string[];
}

/** `total`: how many interactions there will be. `started`: the workers that run already; left out: those of the first one. */
export const inOrder = (
  bench: Pick<Bench, 'gone' | 'restart'>,
  total: number,
  say: Say,
  started?: readonly WorkerRole[],
): InOrder => {
  let running = started;
  let done = 0;
  let isTidy = true;
  return {
    each: async (what, roles, work) => {
      done += 1;
      say(`${done} of ${total}: ${what}`);
      const areOthers = running !== undefined && running.join() !== roles.join();
      if (!isTidy || areOthers || bench.gone().length > 0) await bench.restart(roles);
      running = roles;
      isTidy = false;
      const result = await work();
      isTidy = true;
      return result;
    },
    lost: () => bench.gone(),
  };
};
