/** Lines between events: an arrow only where the order is proven, another line where one merely arrived after the other. */
import type { HistoryEvent } from '../../history/events.ts';
import type { History } from '../../history/history.ts';
import { perHistory } from '../../history/memo.ts';
import { provablyBefore } from '../../history/order.ts';
import type { Step } from './steps.ts';

export interface Pair {
  readonly from: number;
  readonly to: number;
  /** Why they belong together: parts of one step, or an edge that the harness recorded. */
  readonly why: 'step' | 'after';
  /** From the event that a step is about to the first of its own. */
  readonly enters?: true;
}

const bySeq = perHistory((history) => new Map(history.events.map((event) => [event.seq, event])));

export const eventAt = (history: History, seq: number): HistoryEvent | undefined => bySeq(history).get(seq);

/** Neighbours on each step's way, and the edges that are in the history. */
export const pairsOf = (history: History, steps: readonly Step[]): readonly Pair[] => {
  const inSteps = steps.flatMap(({ records, seqs }): readonly Pair[] => {
    const way = [...new Set([...records, ...seqs])].sort((a, b) => a - b);
    const first = seqs[0];
    return way.slice(1).map((to, i) => ({
      from: way[i] ?? to,
      to,
      why: 'step',
      ...(to === first ? { enters: true } : {}),
    }));
  });
  const after = history.events.flatMap((event) =>
    (event.after ?? []).map((from): Pair => ({ from, to: event.seq, why: 'after' })),
  );
  const seen = new Set<string>();
  return [...after, ...inSteps].filter(({ from, to }) => {
    const key = `${from} ${to}`;
    if (from === to || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
};

const known = perHistory(() => new Map<string, boolean>());

/** Is the pair's order proven, in the direction in which it is drawn? Asked for when it is to be drawn, and kept. */
export const isProven = (history: History, { from, to }: Pick<Pair, 'from' | 'to'>): boolean => {
  const key = `${from} ${to}`;
  const before = known(history).get(key);
  if (before !== undefined) return before;
  const [earlier, later] = [eventAt(history, from), eventAt(history, to)];
  const proven = earlier !== undefined && later !== undefined && provablyBefore(history, earlier, later);
  known(history).set(key, proven);
  return proven;
};
