/** A long history opened bit by bit: who reads all of it at once keeps wires, services and sources of a trial waiting meanwhile. */
import type { HistoryEvent } from './events.ts';
import { openHistory } from './history.ts';
import type { History } from './history.ts';
import { hasDecided } from './progress.ts';

/** Events at once: some ms. */
const STEP = 4000;

/** So that wires, services and sources of the trial do not stand still. */
export const letOthersRun = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** What most is asked by is known of all its events so far: whether one payment is decided rests on rows, calls, letters and groups. */
const readOn = (history: History): void => {
  const [payment] = history.subjects;
  if (payment === undefined) return;
  for (const role of history.pipeline.roles) hasDecided(history, payment, role);
};

export interface Opened {
  readonly history: History;
  /** Its events, to which more may be added. */
  readonly growing: HistoryEvent[];
}

/** As `openHistory` of a copy of the events; `between` is awaited after each step but the last. */
export const openInSteps = async (
  events: readonly HistoryEvent[],
  between: () => Promise<void> = letOthersRun,
  step = STEP,
): Promise<Opened> => {
  const all = [...events];
  const growing = all.slice(0, step);
  const history = openHistory(growing);
  readOn(history);
  while (growing.length < all.length) {
    await between();
    growing.push(...all.slice(growing.length, growing.length + step));
    readOn(history);
  }
  return { history, growing };
};
