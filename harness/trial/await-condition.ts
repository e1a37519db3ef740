/** Waiting for a condition while the scenario plays: until it holds, or until it is clear that it never will. */
import type { Condition } from '../history/conditions.ts';
import { formOf } from '../history/evaluate.ts';
import type { ProveEnd } from './ended-early.ts';
import type { Idle } from './idle.ts';
import type { Patience } from './patience.ts';
import type { TrialLog } from './trial-log.ts';
import type { Waited } from './watch.ts';

export interface AwaitParts {
  readonly log: Pick<TrialLog, 'watch' | 'isWork' | 'record'>;
  readonly idle: Idle;
  readonly patience: Patience;
  /** Something is held back that may still come by itself: idleness proves nothing. */
  readonly mayStillCome: boolean;
  /** What proves that the work which is left will never be done; asked for anew at each wait. */
  readonly proveEnd: () => ProveEnd;
}

/** What a worker's own timers or the harness may bring about, or somebody outside, however idle the pipeline is. */
const BY_THEMSELVES: readonly string[] = ['exited', 'running', 'connected', 'signalled', 'fired', 'lasted', 'met'];

const comesByItself = (condition: Condition): boolean => {
  const { form, argument } = formOf(condition);
  if (form === 'not') return comesByItself(argument as Condition);
  if (form === 'all' || form === 'any') return (argument as readonly Condition[]).some(comesByItself);
  return BY_THEMSELVES.includes(form);
};

/** Waits up to `deadlineMs`. */
export type AwaitCondition = (condition: Condition, deadlineMs: number) => Promise<AwaitedCondition>;

export interface AwaitedCondition extends Waited {
  /** It did not hold, and nothing more can come. */
  readonly hopeless: boolean;
}

/**
 * When the pipeline is idle and patience is over, what an offset alone does not tell is decided, and the condition is
 * looked at once more. When it still does not hold and nothing is held back, nothing more can come. The same is true when
 * there is work left of which is proven that nobody will do it; the proof is put on record.
 */
export const createAwaitCondition =
  ({ log, idle, patience, mayStillCome, proveEnd }: AwaitParts): AwaitCondition =>
  async (condition, deadlineMs) => {
    const { watch, isWork } = log;
    const end = performance.now() + deadlineMs;
    const over = new AbortController();
    const { signal } = over;
    const left = (): number => (signal.aborted || watch.isSpoiled() ? 0 : end - performance.now());

    const needsWork = !mayStillCome && !comesByItself(condition);
    const provenEnd = proveEnd();
    let hopeless = false;
    const giveUp = (): void => {
      hopeless = true;
      over.abort();
    };

    const giveUpWhenIdle = async (): Promise<void> => {
      while (left() > 0) {
        const open = await idle(left);
        if (left() <= 0) continue;
        if (open.length > 0) {
          const proof = needsWork ? await provenEnd() : undefined;
          if (proof === undefined || left() <= 0 || watch.holdsNow(condition)) continue;
          log.record(proof);
          return giveUp();
        }
        if (!(await patience(signal)) || watch.holdsNow(condition)) continue;
        if (needsWork) return giveUp();
        await watch.next(Math.max(1, left()), isWork, signal);
      }
    };
    const waiting = watch.until(condition, deadlineMs, signal);
    const idling = giveUpWhenIdle();
    try {
      const waited = await Promise.race([waiting, idling.then(() => waiting)]);
      return { ...waited, hopeless: hopeless && !waited.met };
    } finally {
      over.abort();
      // Whoever was being asked may still be answering: that is nobody's problem any more.
      idling.catch(() => undefined);
    }
  };
