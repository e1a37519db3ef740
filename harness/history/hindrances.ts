/** What was seen of the database that keeps workers from their work, whosever doing it is. Pure. */
import type { History } from './history.ts';

export interface Hindrance {
  readonly seq: number;
  readonly text: string;
}

/** A table of the pipeline that is not as it was, no connection left, a lock that somebody waits for. */
export const hindrancesOf = (history: History): readonly Hindrance[] =>
  history.of('postgres.seen').flatMap(({ seq, hinders = [] }) => hinders.map((text) => ({ seq, text })));
