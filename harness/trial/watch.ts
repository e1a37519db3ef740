/** Waiting for conditions over the history that is being written. */
import { holds } from '../history/evaluate.ts';
import type { Condition } from '../history/conditions.ts';
import type { HistoryEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { Recorder } from '../recorder/recorder.ts';

export interface Waited {
  readonly met: boolean;
  /** The event that met the condition; the last one, when it was not met. */
  readonly seq: number;
  readonly waitedMs: number;
}

export interface Watch {
  /** Resolves when the condition holds, or at the deadline (ms from now). */
  until(condition: Condition, deadlineMs: number): Promise<Waited>;
  /** Calls back once when the condition holds; returns how to stop waiting. */
  when(condition: Condition, then: (seq: number) => void): () => void;
  /** Resolves at the next event that passes the filter, or after `ms`: true when one came. */
  next(ms: number, filter?: (event: HistoryEvent) => boolean): Promise<boolean>;
}

export const createWatch = (recorder: Recorder, events: readonly HistoryEvent[]): Watch => {
  const lastSeq = (): number => events.at(-1)?.seq ?? 0;

  /** The first event after `from` with which the condition holds. */
  const firstSince = (condition: Condition, from: number): number | undefined => {
    const whole = openHistory(events);
    if (!holds(condition, whole)) return undefined;
    for (const { seq } of events) if (seq > from && holds(condition, whole.upTo(seq))) return seq;
    return lastSeq();
  };

  const when = (condition: Condition, then: (seq: number) => void): (() => void) => {
    let looked = 0;
    let scheduled = false;
    let done = false;
    const stop = (): void => {
      done = true;
      unsubscribe();
    };
    const look = (): void => {
      scheduled = false;
      if (done) return;
      const from = looked;
      looked = lastSeq();
      const seq = firstSince(condition, from);
      if (seq === undefined) return;
      stop();
      then(seq);
    };
    // Events that arrive together are looked at together.
    const schedule = (): void => {
      if (scheduled) return;
      scheduled = true;
      setImmediate(look);
    };
    const unsubscribe = recorder.subscribe(schedule);
    schedule();
    return stop;
  };

  return {
    when,
    until: (condition, deadlineMs) =>
      new Promise((resolve, reject) => {
        const start = performance.now();
        const end = (met: boolean, seq: number): void => {
          clearTimeout(timer);
          stop();
          resolve({ met, seq, waitedMs: Math.round(performance.now() - start) });
        };
        const timer = setTimeout(() => end(false, lastSeq()), deadlineMs);
        let stop = (): void => {};
        try {
          stop = when(condition, (seq) => end(true, seq));
        } catch (error) {
          clearTimeout(timer);
          reject(error as Error);
        }
      }),
    next: (ms, filter = () => true) =>
      new Promise((resolve) => {
        const end = (came: boolean): void => {
          clearTimeout(timer);
          unsubscribe();
          resolve(came);
        };
        const timer = setTimeout(() => end(false), ms);
        const unsubscribe = recorder.subscribe((event) => {
          if (filter(event)) end(true);
        });
      }),
  };
};
