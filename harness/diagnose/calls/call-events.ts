/** Calls out of the logs of services, as the events of a history that a stub's recorder writes. Pure. */
import { bodyOf } from '../../history/body.ts';
import type { LoggedService, NewEvent } from '../../history/events.ts';
import { latest, valueOf } from '../snapshot.ts';
import type { CallSeen, LogSeen, Snapshot } from '../snapshot.ts';
import { callsOf } from './log-gaps.ts';

/** Who called is told by no log. */
const UNKNOWN_CALLER = 'an unknown caller';

/** What web servers and proxies write for a client that went away before it had its answer. */
const CLIENT_GONE: readonly number[] = [499, 0];

/** Of HTTP; what else a log says of it is not known. */
const isStatus = (status: number): boolean => status >= 100 && status <= 599;

const isTold = (status: number): boolean => CLIENT_GONE.includes(status) || isStatus(status);

const responseOf = (call: number, status: number): NewEvent<'http.response'> => ({
  kind: 'http.response',
  source: 'http',
  call,
  status: CLIENT_GONE.includes(status) ? null : status,
  body: null,
  behaviour: 'normal',
  falsified: [],
  ended: CLIENT_GONE.includes(status) ? 'client-gone' : 'answered',
});

const eventsOf = (service: string, call: number, seen: CallSeen): readonly NewEvent[] => [
  {
    kind: 'http.request',
    source: 'http',
    call,
    connection: call,
    worker: UNKNOWN_CALLER,
    service,
    method: seen.method,
    path: seen.path,
    headers: seen.headers,
    body: bodyOf(''),
    json: seen.json,
    ...(seen.at === undefined ? {} : { loggedAt: seen.at }),
  },
  ...(seen.status === undefined || !isTold(seen.status) ? [] : [responseOf(call, seen.status)]),
];

const logsIn = (snapshot: Snapshot): readonly (readonly [string, LogSeen])[] =>
  Object.entries(latest(snapshot).calls ?? {}).flatMap(([service, told]) => {
    const log = valueOf(told);
    return log === undefined ? [] : [[service, log] as const];
  });

/** Those that may be the payment's, by when they were: the latest last. */
export const callEvents = (snapshot: Snapshot): readonly NewEvent[] => {
  const calls = logsIn(snapshot).flatMap(([service, log]) => {
    const { own, strays } = callsOf(snapshot, service, log);
    return [...own, ...strays].map((seen) => ({ service, seen }));
  });
  return calls.flatMap(({ service, seen }, i) => eventsOf(service, i + 1, seen));
};

/** What was read of each log. */
export const logsRead = (snapshot: Snapshot): readonly LoggedService[] =>
  logsIn(snapshot).map(([service, { where, asked, parts, requests }]) => ({
    service,
    where,
    asked,
    lines: parts.reduce((sum, { lines }) => sum + lines, 0),
    requests,
  }));
