/** Waiting until the pipeline has nothing left to do, and what is absent stays absent (semantics: Settled, Patience). */
import type { ProveEnd } from './ended-early.ts';
import type { Idle } from './idle.ts';
import type { Patience } from './patience.ts';
import type { TrialLog } from './trial-log.ts';

export interface SettleParts {
  readonly log: Pick<TrialLog, 'record' | 'watch'>;
  readonly idle: Idle;
  readonly patience: Patience;
  /** Would the trial, were it over now, accuse somebody of what has not happened? `overtaken`: something came while that was judged. */
  accusesByAbsence(): Promise<boolean | 'overtaken'>;
  /** What proves that it will never settle. */
  readonly proveEnd: ProveEnd;
  barrier(): Promise<boolean>;
  /** When a payment last came further, on the monotonic clock, ms. */
  lastStepForward(): number;
  readonly quietMs: number;
}

/**
 * Resolves to true when settled; false at the deadline, with what it was waiting for in the history, or at
 * an error of the harness. The deadline is so many ms from now, or from when a payment last came further: hundreds that are worked off
 * one after the other are late by nothing. A barrier that does not come back is tried again: liveness is not judged before its time.
 * A proof that it will never come ends it earlier, also as not settled. Patience that has begun before the deadline is not cut short by it.
 */
export const settle = async (parts: SettleParts, deadlineMs: number): Promise<boolean> => {
  const { record, watch } = parts.log;
  const start = performance.now();
  let from = start;
  const left = (): number => {
    // Read only when it is about to be over: it takes a look at every payment.
    if (performance.now() - from >= deadlineMs) from = Math.max(from, parts.lastStepForward());
    return deadlineMs - (performance.now() - from);
  };
  const ended = (settled: boolean, waitingFor: readonly string[]): boolean => {
    const waitedMs = Math.round(performance.now() - start);
    record({ kind: 'trial.settled', source: 'trial', settled, waitingFor, waitedMs });
    return settled;
  };

  let waitingFor: readonly string[] = ['the deadline was over at once'];
  while (left() > 0 && !watch.isSpoiled()) {
    waitingFor = await parts.idle(left);
    if (waitingFor.length > 0) {
      const proof = await parts.proveEnd();
      if (proof === undefined) continue;
      record(proof);
      break;
    }
    const accuses = await parts.accusesByAbsence();
    if (accuses === 'overtaken') {
      waitingFor = ['what came while it was judged'];
      continue;
    }
    if (accuses && !(await parts.patience())) {
      waitingFor = ['what came while it was waited for more'];
      continue;
    }
    record({ kind: 'trial.quiet', source: 'trial', quietMs: parts.quietMs });
    return ended(true, []);
  }
  // Liveness is judged as it stands, which needs complete sources.
  await parts.barrier();
  return ended(false, waitingFor);
};
