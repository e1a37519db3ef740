/** A mark sent through every source and seen again: what happened before it is recorded. */
import type { BarrierSource, RecordEvent } from '../history/events.ts';

export interface BarrierParts {
  /** Resolves true once everything that had happened in that source is recorded; false at the deadline (ms). */
  readonly sources: Readonly<Record<Exclude<BarrierSource, 'admin-service'>, (deadlineMs: number) => Promise<boolean>>>;
  readonly record: RecordEvent;
}

const DEADLINE_MS = 5_000;

/**
 * Gives the barrier: false when a source does not come back in 5 s. The stub runs in this process and records each call
 * as it is read, so that it has nothing to wait for; whether a call is open is asked of it when settling.
 */
export const createBarrier =
  ({ sources, record }: BarrierParts): (() => Promise<boolean>) =>
  async () => {
    const start = performance.now();
    const names = Object.keys(sources) as (keyof typeof sources)[];
    const passed = await Promise.all(names.map((name) => sources[name](DEADLINE_MS).catch(() => false)));
    const missing = names.filter((_, i) => passed[i] !== true);
    const tookMs = Math.round((performance.now() - start) * 10) / 10;
    record({ kind: 'trial.barrier', source: 'trial', passed: missing.length === 0, missing, tookMs });
    return missing.length === 0;
  };
