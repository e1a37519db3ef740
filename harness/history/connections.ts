/** Connections to the service that a stage calls over which nothing was asked. They carry no payment: time alone tells whose they may be. */
import { hadEffect } from './effects.ts';
import type { HistoryEvent, Subject } from './events.ts';
import type { History, PipelineEvent } from './history.ts';
import { workerNames } from './liveness.ts';
import { perHistory } from './memo.ts';
import { isUnordered, mayFollow } from './order.ts';
import { eventsOf, isCallFor } from './subjects.ts';

type Connection = HistoryEvent<'http.connected'> | HistoryEvent<'wire.connected'> | HistoryEvent<'wire.refused'>;

export interface BareConnections {
  /** Made since the payment's event was there, and for no other payment. */
  readonly own: readonly HistoryEvent[];
  /** Made since then, for this payment or for another one, or perhaps before it: evidence neither that it was taken nor that it was not. */
  readonly anyones: readonly HistoryEvent[];
}

const NONE: BareConnections = { own: [], anyones: [] };

/** Had the other event its effect and all its answers before this connection was made? */
const wasThrough = (history: History, service: string, event: PipelineEvent, at: Connection): boolean => {
  const calls = history.calls.filter((call) => call.service === service && isCallFor(history, call, event));
  return (
    hadEffect(history, event.type, event) &&
    calls.length > 0 &&
    calls.every(({ response }) => response !== undefined && response.seq < at.seq)
  );
};

const servedIn = perHistory(
  (history): ReadonlySet<number> => new Set(history.of('http.request').map(({ connection }) => connection)),
);

/** The role's ways to its service since the event, as the stub saw them and as the relay did. */
const connectionsSince = (history: History, role: string, service: string, event: PipelineEvent) => {
  const names = workerNames(history, role);
  const isItsOwn = (each: Connection): boolean => names.includes(each.worker) && mayFollow(history, each, event);
  const atRelay = new Map<string, Connection>();
  for (const each of [...history.of('wire.connected'), ...history.of('wire.refused')])
    // One that is refused may be recorded as an attempt besides.
    if (each.upstream === service && isItsOwn(each)) {
      const key = `${each.worker} ${each.connection}`;
      if (!atRelay.has(key)) atRelay.set(key, each);
    }
  const atStub = history.of('http.connected').filter((each) => each.service === service && isItsOwn(each));
  return { atStub, atRelay: [...atRelay.values()] };
};

interface Ways {
  /** Of the role to its service, by arrival. */
  readonly atStub: readonly Connection[];
  readonly atRelay: readonly Connection[];
  /** Those at the stub over which nothing was asked. */
  readonly bare: readonly Connection[];
  /** Nothing was refused, each connection was told once, and in the order of the clock: what is since an event is an end of the lists. */
  readonly arePlain: boolean;
}

const areAscending = (connections: readonly Connection[]): boolean =>
  connections.every(({ at }, i) => i === 0 || at >= connections[i - 1]!.at);

const ways = perHistory((history): ReadonlyMap<string, Ways> => {
  const served = servedIn(history);
  return new Map(
    history.pipeline.roles.flatMap((role): (readonly [string, Ways])[] => {
      const { calls: service } = history.pipeline.stage(role);
      if (service === undefined) return [];
      const names = workerNames(history, role);
      const atStub = history
        .of('http.connected')
        .filter((each) => each.service === service && names.includes(each.worker));
      const toIt = (each: HistoryEvent<'wire.connected'> | HistoryEvent<'wire.refused'>): boolean =>
        each.upstream === service && names.includes(each.worker);
      const atRelay = history.of('wire.connected').filter(toIt);
      const isOnce =
        new Set(atRelay.map(({ worker, connection }) => `${worker} ${connection}`)).size === atRelay.length;
      const arePlain =
        isOnce && !history.of('wire.refused').some(toIt) && areAscending(atStub) && areAscending(atRelay);
      const bare = atStub.filter(({ connection }) => !served.has(connection));
      return [[role, { atStub, atRelay, bare, arePlain }]];
    }),
  );
});

/** How many at the end of the list may have been made because of the event. */
const countSince = (history: History, connections: readonly Connection[], event: PipelineEvent): number => {
  let [low, high] = [0, connections.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (mayFollow(history, connections[middle]!, event)) high = middle;
    else low = middle + 1;
  }
  return connections.length - low;
};

/** Was every connection since the event, as far as is seen without looking at each of them, one over which something was asked? */
const areAllServed = (history: History, role: string, event: PipelineEvent): boolean => {
  const known = ways(history).get(role);
  if (known?.arePlain !== true) return false;
  const { atStub, atRelay, bare } = known;
  return (
    countSince(history, bare, event) === 0 && countSince(history, atRelay, event) <= countSince(history, atStub, event)
  );
};

/**
 * The role's connections to its service since the payment's event that carried no request. What the relay saw and the stub
 * did not is one too.
 */
export const bareConnectionsOf = (history: History, subject: Subject, role: string): BareConnections => {
  const { consumes, calls } = history.pipeline.stage(role);
  const events = eventsOf(history, subject, consumes);
  const [event] = events;
  if (event === undefined || calls === undefined) return NONE;
  if (areAllServed(history, role, event)) return NONE;
  const served = servedIn(history);
  const { atStub, atRelay } = connectionsSince(history, role, calls, event);
  const bareAtStub = atStub.filter(({ connection }) => !served.has(connection));
  // Each connection that reaches the stub came through the relay: what both saw is one and the same. Of the relay's it is
  // not known which were served.
  const unseen = Math.max(atRelay.length - atStub.length, 0);
  const bare: readonly Connection[] =
    unseen === 0 ? bareAtStub : atRelay.slice(atRelay.length - unseen - bareAtStub.length);
  const candidates: readonly Connection[] = unseen === 0 ? bareAtStub : atRelay;
  const own = new Set(events);
  const others = history.pipelineEvents.filter((each) => each.type === consumes && !own.has(each));
  const isAnyones = candidates.some((at) =>
    others.some((other) => mayFollow(history, at, other) && !wasThrough(history, calls, other, at)),
  );
  const isOwn = (at: Connection): boolean => !isAnyones && !isUnordered(history, at, event);
  return { own: bare.filter(isOwn), anyones: bare.filter((at) => !isOwn(at)) };
};
