/** When an offset past an event says that nothing more comes of it (semantics: Decided, Patience). */
import type { HistoryEvent } from '../history/events.ts';
import type { History } from '../history/history.ts';

/**
 * Did the pipeline have nothing left to do, for as long as patience lasts, after this? Until then an inbox, an outbox or a
 * retry topic may still bring it about.
 */
export const patienceAfter = (history: History, { seq }: HistoryEvent): boolean =>
  history.of('trial.patience').some((event) => event.seq > seq) ||
  history.of('trial.settled').some((event) => event.settled && event.seq > seq);
