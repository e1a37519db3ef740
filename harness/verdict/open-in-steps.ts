/** A long history opened bit by bit: who reads all of it at once keeps wires, services and sources of a trial waiting meanwhile. */
import type { HistoryEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { hasDecided } from '../history/progress.ts';

/** Events at once: some ms. */
const STEP = 4000;

/** What most is judged by is known of all its events so far: whether one payment is decided asks for rows, calls, letters and groups. */
const readOn = (history: History): void => {
  const [payment] = history.subjects;
  if (payment === undefined) return;
  for (const role of history.pipeline.roles) hasDecided(history, payment, role);
};

/** The same as `openHistory`; `between` is awaited after each step but the last. */
export const openInSteps = async (
  events: readonly HistoryEvent[],
  between: () => Promise<void>,
  step = STEP,
): Promise<History> => {
  const growing = events.slice(0, step);
  const history = openHistory(growing);
  readOn(history);
  while (growing.length < events.length) {
    await between();
    growing.push(...events.slice(growing.length, growing.length + step));
    readOn(history);
  }
  return history;
};
