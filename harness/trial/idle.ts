/** Seeing that the pipeline has nothing left to do at this moment (semantics: Settled). */
import { withDeadline } from '../base/waiting.ts';
import { count } from '../history/names.ts';
import { ASKING_DEADLINE_MS } from './deadlines.ts';
import type { TrialLog } from './trial-log.ts';

export interface IdleParts {
  readonly log: Pick<TrialLog, 'events' | 'watch' | 'lag' | 'isWork'>;
  /** Calls at admin-service that have not ended, and rows it will still write. */
  openCalls(): number;
  /** One phrase for every transaction of a worker that may still come to something. */
  openTransactions(): Promise<readonly string[]>;
  /** One phrase for what the configuration declares as open work. */
  pendingRows(): Promise<readonly string[]>;
  /** Workers that were started and have not come as far as their consumer. */
  starting(): readonly string[];
  /** Frees what crashed consumers that have joined again still hold: nobody waits for their old sessions. */
  freeSuperseded(): Promise<void>;
  barrier(): Promise<boolean>;
  /** Nothing may be recorded for so long, ms. */
  readonly quietMs: number;
}

/**
 * One look: what keeps the pipeline busy, in words; empty when nothing does and nothing showed it at work for the quiet
 * time between two barriers. `left` gives the ms until the asker's deadline.
 */
export type Idle = (left: () => number) => Promise<readonly string[]>;

/** Longest time between two looks when no event asks for one: a transaction's end is no event. */
const LOOK_AGAIN_MS = 20;
/** With more records than this to read hardly any event brings their end: LOOK_AGAIN_MS is soon enough. */
const MANY = 20;

export const createIdle = (parts: IdleParts): Idle => {
  const { quietMs } = parts;
  const { events, watch, lag, isWork } = parts.log;
  const busySince = (index: number): string | undefined => events.slice(index).find(isWork)?.kind;
  const quiet = (broken: string): readonly string[] => [`a quiet moment (${broken})`];

  const stillOpen = async (): Promise<readonly string[]> => {
    const calls = parts.openCalls();
    const known = [
      ...lag.open(),
      ...(calls > 0 ? [`${count(calls, 'open call')} at admin-service`] : []),
      ...parts.starting().map((worker) => `${worker} to be a member of its group`),
    ];
    if (known.length > 0) {
      await parts.freeSuperseded();
      return known;
    }
    const asked = Promise.all([parts.openTransactions(), parts.pendingRows()]);
    return (await withDeadline(asked, ASKING_DEADLINE_MS, 'asking PostgreSQL what is open')).flat();
  };

  return async (left) => {
    const again = async (waitingFor: readonly string[]): Promise<readonly string[]> => {
      const isFar = lag.left() > MANY;
      // Never less than a millisecond: a wait of nothing would be a busy loop up to the deadline.
      await watch.next(Math.max(1, Math.min(LOOK_AGAIN_MS, left())), () => !isFar);
      return waitingFor;
    };
    const barrier = async (): Promise<readonly string[]> =>
      (await parts.barrier()) ? stillOpen() : again(['a barrier to come back through every source']);

    const open = await stillOpen();
    if (open.length > 0) return again(open);
    const from = events.length;
    const first = await barrier();
    if (first.length > 0) return first;
    if (busySince(from) === undefined) await watch.next(quietMs, isWork);
    const broken = busySince(from);
    if (broken !== undefined) return quiet(broken);
    if (left() <= 0) return quiet('no time left');
    // One look can fall between a commit and what follows it, and what was sent in the quiet may be on its way.
    const second = await barrier();
    if (second.length > 0) return second;
    const late = busySince(from);
    return late === undefined ? [] : quiet(late);
  };
};
