/** Histories of which a source lost its tail: what a barrier that did not come back leaves behind. */
import { BARRIER_SOURCES } from '../completeness.ts';
import type { BarrierSource, HistoryEvent } from '../events.ts';
import { openHistory } from '../history.ts';
import type { History } from '../history.ts';

/** Which part of which source an event is: each part is read in an order of its own. */
const partOf = (event: HistoryEvent): { readonly source: BarrierSource; readonly part: string } | undefined => {
  switch (event.kind) {
    case 'postgres.commit':
      return { source: 'postgres', part: '' };
    case 'kafka.record':
      return { source: 'kafka', part: `${event.topic}-${event.partition}` };
    case 'offsets.committed':
    case 'offsets.group-changed':
      return { source: 'offsets', part: String(event.log ?? 0) };
    case 'http.connected':
    case 'http.disconnected':
    case 'http.request':
    case 'http.response':
    case 'http.effect':
      return { source: 'admin-service', part: '' };
    default:
      return undefined;
  }
};

/** The history without these of its events (by place among those that any source wrote): something has gone wrong. */
export const without = (history: History, places: readonly number[]): History => {
  const sourced = history.events.filter((event) => partOf(event) !== undefined);
  const gone = new Set(places.map((place) => sourced[place % sourced.length]?.seq));
  return openHistory(history.events.filter(({ seq }) => !gone.has(seq)));
};

/** How many events of each source the history holds. */
export const sizesOf = (history: History): Readonly<Record<BarrierSource, number>> => {
  const sizes = { postgres: 0, kafka: 0, offsets: 0, 'admin-service': 0 };
  for (const event of history.events) {
    const at = partOf(event);
    if (at !== undefined) sizes[at.source] += 1;
  }
  return sizes;
};

const lacking = (history: History, events: readonly HistoryEvent[], source: BarrierSource): History => {
  const last = history.of('trial.barrier').at(-1);
  return openHistory(
    events.map((event) =>
      event.kind === 'trial.barrier' && event.seq === last?.seq
        ? {
            ...event,
            passed: false,
            missing: BARRIER_SOURCES.filter((each) => each === source || event.missing.includes(each)),
          }
        : event,
    ),
  );
};

/** The history with only the first `kept` events of the source, which its last barrier then misses. */
export const cutTail = (history: History, source: BarrierSource, kept: number): History => {
  let seen = 0;
  const events = history.events.filter((event) => partOf(event)?.source !== source || (seen += 1) <= kept);
  return lacking(history, events, source);
};

/** The same, each part of the source (a topic's partition) cut at a place of its own. */
export const cutParts = (history: History, source: BarrierSource, kept: readonly number[]): History => {
  const seen = new Map<string, number>();
  const parts: string[] = [];
  const events = history.events.filter((event) => {
    const at = partOf(event);
    if (at === undefined || at.source !== source) return true;
    if (!parts.includes(at.part)) parts.push(at.part);
    const n = (seen.get(at.part) ?? 0) + 1;
    seen.set(at.part, n);
    return n <= (kept[parts.indexOf(at.part) % kept.length] ?? 0);
  });
  return lacking(history, events, source);
};
