/** How long a worker has had. Measured on the harness's own clock, between moments at which it had seen each thing. */
import { isPatienceOver } from '../history/completeness.ts';
import type { HistoryEvent, Subject } from '../history/events.ts';
import { passedBy } from '../history/groups.ts';
import type { History } from '../history/history.ts';
import { workerNames } from '../history/liveness.ts';
import { perHistory } from '../history/memo.ts';
import { READ_LATE_MS, eventAt } from '../history/order.ts';
import { callsOf, callsOfStage, eventsOf, paymentsOf } from '../history/subjects.ts';
import { takingsOf } from '../history/taken.ts';
import type { Taking } from '../history/taken.ts';
import type { StageFacts } from './stage.ts';

/**
 * A running member of the group that has not taken an event for so long is not merely about to: a client waits at most
 * 5 s in a fetch, and a record ends that wait.
 */
const LONGEST_FETCH_MS = 5_000;

/** What lets a worker get at its events only from then on. */
const BEGINNINGS = ['process.ready', 'process.signalled'] as const;

/** Up to when absence is known: the last barrier. */
const knownUntil = (history: History): number => history.of('trial.barrier').at(-1)?.at ?? 0;

/** Has it stood for longer than a fetch can last? */
export const hasStood = (history: History, since: HistoryEvent): boolean =>
  knownUntil(history) - since.at > LONGEST_FETCH_MS;

/** The last moment at which something stood between the stage's worker and its event; undefined: it still does. */
const couldTakeSince = (history: History, { role, worker, events }: StageFacts): HistoryEvent | undefined => {
  const names = workerNames(history, role);
  const isItsOwn = (event: { readonly worker: string }): boolean => names.includes(event.worker);
  const started = history.of('process.started').findLast(isItsOwn);
  const ready = history.of('process.ready').findLast(isItsOwn);
  // A slow start is no reason: a process takes nothing before it is ready.
  if (started !== undefined && (ready === undefined || ready.seq < started.seq)) return undefined;
  const since: readonly (HistoryEvent | undefined)[] = [
    events[0]?.record,
    ...BEGINNINGS.flatMap((kind) => history.of(kind).findLast(isItsOwn)),
    history.of('fault.healed').at(-1),
    history.of('offsets.group-changed').findLast(({ group }) => group === worker.group),
    history.of('offsets.committed').findLast(({ group, by }) => group === worker.group && by === 'harness'),
  ];
  return since.reduce(
    (latest, each) => (each !== undefined && each.at > (latest?.at ?? -1) ? each : latest),
    undefined,
  );
};

/** Has its worker been ready, with the event there, for longer than a fetch can last, or until patience was over? */
export const hasHadTime = (history: History, stage: StageFacts): boolean => {
  const since = couldTakeSince(history, stage);
  if (since === undefined) return false;
  return hasStood(history, since) || isPatienceOver(history, since);
};

/** Has its process been ready since it was last started? One of which no start is known was running before the trial. */
export const isReady = (history: History, { role }: StageFacts): boolean => {
  const names = workerNames(history, role);
  const started = history.of('process.started').findLast(({ worker }) => names.includes(worker));
  return (
    started === undefined ||
    history.of('process.ready').some(({ worker, seq }) => worker === started.worker && seq > started.seq)
  );
};

/** When a process of the role last began or ended: what an earlier one had in hand, nobody has. */
const livesSince = (history: History, role: string): number => {
  const names = workerNames(history, role);
  const turns = (['process.started', 'process.exited'] as const).flatMap((kind) => history.of(kind));
  return Math.max(0, ...turns.filter(({ worker }) => names.includes(worker)).map(({ seq }) => seq));
};

/** What a telling begins with: of what it ends with no other one is in hand. */
const BEGIN: ReadonlySet<Taking['by']> = new Set(['call', 'connection', 'line']);

/**
 * Has the role's worker begun with a telling of the payment's and not passed it? Its effect is not its end: there may be a mark to set
 * and an announcement to send. What was done before an earlier telling was passed belongs to that one; but a commit may be recorded
 * later than what its worker began with after it, unless there is no call more than tellings were passed.
 */
const isInHand = (history: History, payment: Subject, role: string, since: number): boolean => {
  const events = eventsOf(history, payment, history.pipeline.stage(role).consumes);
  const passings = events.flatMap(({ record }) => passedBy(history, role, record) ?? []);
  if (passings.length === events.length) return false;
  const calls = callsOfStage(history, role, callsOf(history, payment));
  if (calls.some(({ request, response }) => response === undefined && request.seq > since)) return true;
  const passed = Math.max(0, ...passings.map(({ seq }) => seq));
  const passedAt = Math.max(-Infinity, ...passings.map(({ at }) => at)) - READ_LATE_MS;
  for (const { by, seq } of takingsOf(history, payment, role)) {
    if (by === 'offset' || seq <= since) continue;
    if (seq > passed) return true;
    const mayBegin = BEGIN.has(by) && (by !== 'call' || calls.length > passings.length);
    if (mayBegin && (eventAt(history, seq)?.at ?? 0) >= passedAt) return true;
  }
  return false;
};

const busy = perHistory(
  (history): ReadonlySet<string> =>
    new Set(
      history.pipeline.roles.filter((role) => {
        const since = livesSince(history, role);
        return paymentsOf(history).some((payment) => isInHand(history, payment, role, since));
      }),
    ),
);

/**
 * Is the stage's worker at work on some payment's event? What lies behind that waits for its turn, also where one program plays several
 * parts: it may do one thing after the other.
 */
export const isBusy = (history: History, { role }: StageFacts): boolean => {
  const names = workerNames(history, role);
  return [...busy(history)].some((one) => workerNames(history, one).some((name) => names.includes(name)));
};
