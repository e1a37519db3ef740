/** Waiting for conditions over the history that is being written. */
import { describe } from '../history/describe.ts';
import { holds, lastingIn } from '../history/evaluate.ts';
import type { Condition } from '../history/conditions.ts';
import type { HistoryEvent } from '../history/events.ts';
import { isPatient } from '../history/patient.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { letOthersRun, openInSteps } from '../history/open-in-steps.ts';
import type { Recorder } from '../recorder/recorder.ts';

/** With so many subjects a condition over all of them hangs on many events: what comes within some ms is looked at together. */
const MANY_SUBJECTS = 50;
const TOGETHER_MS = 5;

/** What may be over in the next turn of the event loop is struck in this one. */
const atOnce = (): Promise<void> => Promise.resolve();

type Lasting = ReturnType<typeof lastingIn>[number];

export interface Waited {
  readonly met: boolean;
  /** The event that met the condition; the last one, when it was not met. */
  readonly seq: number;
  readonly waitedMs: number;
}

export interface Watch {
  /**
   * Resolves when the condition holds, or at the deadline (ms from now). Ends unmet also at an error of the harness:
   * nothing that comes after it can give the trial a verdict; and at the signal: whoever gives it knows that none will come.
   */
  until(condition: Condition, deadlineMs: number, signal?: AbortSignal): Promise<Waited>;
  /** Calls back once when the condition holds; returns how to stop waiting. `failed` hears when it cannot be told. */
  when(condition: Condition, then: (seq: number) => void, failed: (error: unknown) => void): () => void;
  /** Does it hold over everything recorded so far? */
  holdsNow(condition: Condition): boolean;
  /** Resolves at the next event that passes the filter, after `ms` or at the signal: true when one came. */
  next(ms: number, filter?: (event: HistoryEvent) => boolean, signal?: AbortSignal): Promise<boolean>;
  /** The harness itself has had an error in this trial. */
  isSpoiled(): boolean;
  /** Everything recorded so far, opened for reading; it grows with the trial. */
  history(): History;
  /** Ends what waits without a deadline, and lets go of what was read, before it is judged: that reads it for itself. Whoever asks again reads it anew. */
  forget(): void;
}

/** Waits over `events`, which the recorder's events are appended to before its listeners hear of them. */
export const createWatch = (recorder: Recorder, events: readonly HistoryEvent[]): Watch => {
  let opened: History | undefined;
  /** One for the whole trial: what was read of it once is not read again. */
  const history = (): History => (opened ??= openHistory(events));
  const lastSeq = (): number => events.at(-1)?.seq ?? 0;
  const isError = (event: HistoryEvent): boolean => event.kind === 'trial.harness-error';
  const holdsNow = (condition: Condition): boolean => holds(condition, history());
  /** How to stop each that would wait for ever, and each that waits for what is to be met at once. */
  const waiting = new Set<() => void>();
  const pressing = new Set<() => void>();
  const isMany = (): boolean => {
    const [started] = events;
    return started?.kind === 'trial.started' && started.subjects.length >= MANY_SUBJECTS;
  };
  recorder.waitingIs(() => pressing.size === 0 && isMany());
  const isSpoiled = (): boolean => events.length > 0 && history().of('trial.harness-error').length > 0;

  /**
   * The first event after `from` with which the condition held; it holds now, and did not at `from`. Of a long trial what was before is
   * read in steps, which takes some turns.
   */
  const firstSince = async (condition: Condition, from: number, between = letOthersRun): Promise<number> => {
    const [before, since] = [events.filter(({ seq }) => seq <= from), events.filter(({ seq }) => seq > from)];
    const last = since.at(-1)?.seq ?? from;
    if (before.length > 0 && since.length <= 1) return last;
    const past = before.length === 0 ? undefined : await openInSteps(before, between);
    const growing = past?.growing ?? [];
    let then = past?.history;
    for (const event of since) {
      growing.push(event);
      then ??= openHistory(growing);
      if (holds(condition, then)) return event.seq;
    }
    return last;
  };

  const when: Watch['when'] = (condition, then, failed) => {
    const waits = lastingIn(condition);
    const mayBeLate = isMany() && isPatient(condition);
    let looked = 0;
    let lookedAt = -Infinity;
    let scheduled = false;
    let done = false;
    const timers = new Map<Lasting, NodeJS.Timeout>();
    const stop = (): void => {
      done = true;
      waiting.delete(stop);
      pressing.delete(stop);
      for (const timer of timers.values()) clearTimeout(timer);
      unsubscribe();
    };
    /** Nothing need happen when the time has come: so that is told to the history, by which the condition is held. */
    const wake = (lasting: Lasting): void => {
      const { what, ms } = lasting;
      if (timers.has(lasting) || !holdsNow(what)) return;
      const tell = (): void => {
        timers.delete(lasting);
        recorder.record({
          kind: 'trial.elapsed',
          source: 'trial',
          description: describe(history().pipeline, what),
          ms,
        });
      };
      // A timer may be a little early.
      timers.set(lasting, setTimeout(tell, ms + 1));
    };
    const look = async (): Promise<void> => {
      if (done) return;
      const from = looked;
      looked = lastSeq();
      lookedAt = performance.now();
      try {
        if (!holdsNow(condition)) {
          scheduled = false;
          return waits.forEach(wake);
        }
        // Nobody looks again meanwhile: it has come.
        const seq = await firstSince(condition, from, mayBeLate ? letOthersRun : atOnce);
        if (done) return;
        stop();
        then(seq);
      } catch (error) {
        stop();
        failed(error);
      }
    };
    // Events that arrive together are looked at together.
    const schedule = (): void => {
      if (scheduled) return;
      scheduled = true;
      if (mayBeLate && performance.now() - lookedAt < TOGETHER_MS) setTimeout(() => void look(), TOGETHER_MS);
      else setImmediate(() => void look());
    };
    const unsubscribe = recorder.subscribe(schedule);
    waiting.add(stop);
    if (!mayBeLate) pressing.add(stop);
    schedule();
    return stop;
  };

  const until: Watch['until'] = (condition, deadlineMs, signal) =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        stop();
        unsubscribe();
        settle();
      };
      const finish = (met: boolean, seq: number): void =>
        end(() => resolve({ met, seq, waitedMs: Math.round(performance.now() - start) }));
      const giveUp = async (): Promise<void> => {
        // On a busy machine the timer may come before the look at what arrived in time.
        try {
          const met = holdsNow(condition);
          finish(met, met ? await firstSince(condition, 0) : lastSeq());
        } catch (error) {
          end(() => reject(error as Error));
        }
      };
      const abort = (): void => void giveUp();
      const timer = setTimeout(abort, Math.max(0, deadlineMs));
      const unsubscribe = recorder.subscribe((event) => {
        if (isError(event)) void giveUp();
      });
      const stop = when(
        condition,
        (seq) => finish(true, seq),
        (error) => end(() => reject(error as Error)),
      );
      // It has an end of its own, for whoever awaits it.
      waiting.delete(stop);
      signal?.addEventListener('abort', abort);
      if (isSpoiled()) void giveUp();
    });

  return {
    when,
    until,
    holdsNow,
    next: (ms, filter = () => true, signal) =>
      new Promise((resolve) => {
        const end = (came: boolean): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', stop);
          unsubscribe();
          resolve(came);
        };
        const stop = (): void => end(false);
        const timer = setTimeout(stop, Math.max(0, ms));
        const unsubscribe = recorder.subscribe((event) => {
          if (filter(event)) end(true);
        });
        signal?.addEventListener('abort', stop);
        if (signal?.aborted === true) stop();
      }),
    isSpoiled,
    history,
    forget: () => {
      for (const stop of waiting) stop();
      opened = undefined;
    },
  };
};
