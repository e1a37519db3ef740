/** Rows that a worker may have brought about of its own accord, so that nobody is owed an announcement of them. */
import type { Subject } from '../history/events.ts';
import type { History } from '../history/history.ts';
import { workerNames } from '../history/liveness.ts';
import { wallClock } from '../history/order.ts';
import { versionsOf } from '../history/rows.ts';
import type { Commit } from '../history/rows.ts';
import { eventsOf } from '../history/subjects.ts';
import { viaOf } from '../history/turns.ts';
import type { Effecting } from '../pipeline/queries.ts';
import type { Owed } from './owed.ts';

const HOUR_MS = 3_600_000;
/** Its timer may have begun to count a little before its process was seen. */
const EARLY = 0.99;
/** It may still look around when it has said that it is ready. */
const LOOKING_AROUND_MS = 50;

/** From when on a worker can have known of it, wall clock in ms: since the row was there that it is via, or it was begun. */
const knowableSince = (history: History, { entity }: Effecting, { row, subject }: Owed): number | undefined => {
  const via = viaOf(entity, row.values);
  if (entity.via !== undefined)
    return via === undefined
      ? undefined
      : versionsOf(history, history.pipeline.entity(entity.via.entity).table, via)[0]?.commit.committedAt;
  const begun = history.pipeline.eventTypes.filter(history.pipeline.begins);
  const [first] = begun.flatMap((type) => eventsOf(history, subject, type));
  return first?.record.timestamp;
};

/** Was the worker's start over by then, wall clock in ms? One of which no start is known was running before the trial. */
const wasUpBy = (history: History, name: string, moment: number, made: Commit): boolean => {
  const isItsOwn = ({ worker, seq }: { worker: string; seq: number }): boolean => worker === name && seq < made.seq;
  const started = history.of('process.started').findLast(isItsOwn);
  if (started === undefined) return true;
  const ready = history.of('process.ready').find((event) => isItsOwn(event) && event.seq > started.seq);
  return ready !== undefined && wallClock(history, ready.at) + LOOKING_AROUND_MS < moment;
};

const hadItsEvent = (history: History, subject: Subject, type: string, { seq }: Commit): boolean =>
  eventsOf(history, subject, type).some(({ record }) => record.seq < seq);

/**
 * May the row have been made without an event? Not when its event was there, every worker of the stage was up before
 * anybody could know of it, and none has run for so long that its time has come again: the harness's own clock began
 * before any of them.
 */
export const mayBeUnasked = (history: History, effecting: Effecting, owed: Owed): boolean => {
  const { role, stage } = effecting;
  if (stage.unasked === undefined) return false;
  const made = owed.row.insertedBy;
  const { everyHours } = stage.unasked;
  if (everyHours !== undefined && made.at >= EARLY * everyHours * HOUR_MS) return true;
  const since = knowableSince(history, effecting, owed);
  if (since === undefined || !history.started.sharedClock) return true;
  return (
    !hadItsEvent(history, owed.subject, stage.consumes, made) ||
    !workerNames(history, role).every((name) => wasUpBy(history, name, since, made))
  );
};
