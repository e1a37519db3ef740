/**
 * Absence is accused only when it still holds after a while (semantics: Patience): an outbox is relayed every second, and a
 * client may wait ten before it connects again to an upstream that was away.
 */
import type { HistoryEvent, OwnRow } from '../history/events.ts';
import type { TrialLog } from './trial-log.ts';

export interface PatienceParts {
  readonly log: Pick<TrialLog, 'events' | 'record' | 'watch' | 'isWork'>;
  /** Rows that name an id of the trial in tables of the workers' own, or wait in the guard; undefined: they cannot be read now. */
  ownRows(): Promise<readonly OwnRow[] | undefined>;
  barrier(): Promise<boolean>;
  /** Is a call, a transaction or a declared row open? Whoever began late has not come to its end. */
  isOpen(): Promise<boolean>;
  /** What is usual, ms. */
  readonly ms: number;
  /** A fault of the trial took an upstream away. */
  readonly upstreamWasAway: boolean;
}

/** Waits it out: true when nothing came, and it is recorded; false as soon as the pipeline shows itself at work. */
export type Patience = (over?: AbortSignal) => Promise<boolean>;

/** 5 s: polls are made every second, with some slack for a busy machine. */
export const DEFAULT_PATIENCE_MS = 5_000;
/** So many times longer for what may take long: 15 s by default, more than a client's usual 10 s between two attempts. */
const LONGER = 3;
/** Between two looks at rows of the workers' own: touching them is no event. */
const LOOK_EVERY_MS = 250;

const keyOf = (rows: readonly OwnRow[]): string =>
  rows
    .map(({ table, xmin, text }) => `${table} ${xmin} ${text}`)
    .sort()
    .join('\n');

/** Did a worker write, change or take away a row of its own? */
const touched = (before: readonly OwnRow[], now: readonly OwnRow[]): boolean => keyOf(before) !== keyOf(now);

/** How long it is waited where the rows of workers' own are these, ms. */
export const patienceFor = (
  { ms, upstreamWasAway }: Pick<PatienceParts, 'ms' | 'upstreamWasAway'>,
  rows: readonly OwnRow[],
): number => (upstreamWasAway || rows.length > 0 ? ms * LONGER : ms);

export const createPatience = (parts: PatienceParts): Patience => {
  const { events, record, watch, isWork } = parts.log;
  let recorded: readonly OwnRow[] = [];

  return async (over) => {
    const start = performance.now();
    const from = events.length;
    const isOver = (): boolean => over?.aborted === true || watch.isSpoiled();
    const worked = (): boolean => events.slice(from).some((event: HistoryEvent) => isWork(event));
    let rows: readonly OwnRow[] = (await parts.ownRows()) ?? [];
    if (touched(recorded, rows)) {
      recorded = rows;
      record({ kind: 'postgres.own-rows', source: 'postgres', rows });
    }
    const ms = patienceFor(parts, rows);
    const left = (): number => ms - (performance.now() - start);
    while (left() > 0) {
      await watch.next(Math.max(1, Math.min(LOOK_EVERY_MS, left())), isWork, over);
      if (isOver() || worked()) return false;
      const now = await parts.ownRows();
      if (now !== undefined && touched(rows, now)) return false;
      rows = now ?? rows;
    }
    // Asked before the barrier: what ends in between is brought to light by it.
    if ((await parts.isOpen()) || !(await parts.barrier()) || isOver() || worked()) return false;
    const why = parts.upstreamWasAway
      ? 'a fault had taken an upstream away'
      : rows.length > 0
        ? 'rows that a worker keeps in a table of its own were not touched'
        : 'nothing more came';
    record({ kind: 'trial.patience', source: 'trial', ms, waitedMs: Math.round(performance.now() - start), why, rows });
    return true;
  };
};
