/** Of a history that is too long to be drawn, the part that shows what happened to some of its payments. Pure. */
import type { HistoryEvent } from '../history/events.ts';
import { formatEvent } from '../history/file.ts';
import { openHistory } from '../history/history.ts';
import type { PageStatement } from './data.ts';
import { subjectsOf } from './view/owners.ts';

export interface Excerpt {
  /** NDJSON. */
  readonly history: string;
  /** Payments that are drawn, and how many there are. */
  readonly shown: number;
  readonly of: number;
  /** What the pipeline calls one. */
  readonly called: string;
}

/** A browser reads and draws so many in about a second. */
const MOST_EVENTS = 40_000;
/** First those of which something is said. */
const MOST_SUBJECTS = 100;

type Said = Pick<PageStatement, 'subject' | 'evidence'>;

/**
 * What is about nobody stays, and what is shown as evidence. Undefined: the history is short enough as it is, all of its payments are
 * drawn, or it does not say whose payments it is of.
 */
export const excerptOf = (
  events: readonly HistoryEvent[],
  said: readonly Said[],
  most = { events: MOST_EVENTS, subjects: MOST_SUBJECTS },
): Excerpt | undefined => {
  const [started] = events;
  if (events.length <= most.events || started?.kind !== 'trial.started') return undefined;
  const history = openHistory(events);
  const names = new Set(said.flatMap(({ subject }) => subject ?? []));
  const evidence = new Set(said.flatMap((one) => one.evidence));
  for (const event of events)
    if (evidence.has(event.seq)) for (const name of subjectsOf(history, event)) names.add(name);
  for (const { name } of history.subjects) names.add(name);
  const drawn = new Set([...names].slice(0, most.subjects));
  const isDrawn = (event: HistoryEvent): boolean => {
    const own = subjectsOf(history, event);
    return own.length === 0 || own.some((name) => drawn.has(name)) || evidence.has(event.seq);
  };
  const subjects = started.subjects.filter(({ name }) => drawn.has(name));
  if (subjects.length === started.subjects.length) return undefined;
  return {
    history: [{ ...started, subjects }, ...events.slice(1).filter(isDrawn)].map(formatEvent).join(''),
    shown: subjects.length,
    of: started.subjects.length,
    called: history.pipeline.subject.called,
  };
};
