import type { Subject } from '../history/events.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { eventName, nameOf } from '../history/names.ts';
import { addTo, folded } from '../history/memo.ts';
import type { Fold } from '../history/memo.ts';
import { appliedCommits } from '../history/rows.ts';
import type { AppliedCommit, NetChange } from '../history/rows.ts';
import { eventsOf, idKey, paymentsOf } from '../history/subjects.ts';
import { atTheEnd, mayStayDeadLettered, playedBy, uniqueBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

interface GuardChange extends Pick<NetChange, 'before' | 'after'> {
  readonly writer: string | null;
  /** Which of all it is. */
  readonly place: number;
}

/** Changes of the guard's rows in commit order, by the payment and by the key that the row had before or after. */
const guardChanges = folded({
  list: appliedCommits,
  begin: ({ pipeline: { guard } }): Fold<AppliedCommit, ReadonlyMap<string, readonly GuardChange[]>> => {
    const facts = new Map<string, GuardChange[]>();
    let place = 0;
    return {
      facts,
      observe: ({ commit: { writer }, changes }) => {
        for (const { table, before, after } of changes) {
          if (table !== guard.table) continue;
          const rows = [before, after].filter((row) => row !== undefined);
          const keys = rows.flatMap((row) => [`of ${idKey(row[guard.correlation])}`, `key ${idKey(row[guard.key])}`]);
          place += 1;
          for (const key of new Set(keys)) addTo(facts, key, { writer, before, after, place });
        }
      },
    };
  },
});

/**
 * Is there a row of the guard, or has a worker marked it and somebody else taken that away? The same told for another
 * payment under the same eventId has the one row that there can be.
 */
const isMarked = (history: History, { correlationId }: Subject, { type, eventId }: PipelineEvent): boolean => {
  const { guard } = history.pipeline;
  const isOf = (row: NetChange['after']): boolean =>
    row?.[guard.type] === type && (sameId(row[guard.correlation], correlationId) || sameId(row[guard.key], eventId));
  const known = guardChanges(history);
  const near = [`of ${idKey(correlationId)}`, `key ${idKey(eventId)}`].flatMap((key) => known.get(key) ?? []);
  let [isThere, byWorker] = [false, false];
  for (const { writer, before, after } of uniqueBy(near, ({ place }) => String(place)).toSorted(
    (a, b) => a.place - b.place,
  )) {
    if (isOf(before) === isOf(after)) continue;
    isThere = isOf(after);
    if (writer === null) byWorker = isThere;
  }
  return isThere || byWorker;
};

export const eventGetsMarked: Invariant = {
  id: 'event-gets-marked',
  title: 'In the end the idempotency guard has a row for every consumed event, whoever wrote it.',
  needs: ['postgres', 'kafka'],
  check: (history) =>
    atTheEnd(history, () =>
      paymentsOf(history).flatMap((subject) =>
        history.pipeline.roles.flatMap((role): Claim[] => {
          const { consumes: type, unguarded } = history.pipeline.stage(role);
          if (unguarded === true) return [];
          const event = eventsOf(history, subject, type)[0];
          if (event === undefined || isMarked(history, subject, event)) return [];
          // It may stay without its effect, and a mark without an effect would be wrong.
          if (mayStayDeadLettered(history, subject, type)) return [];
          return [
            {
              message: `${eventName(event)} of ${nameOf(subject)} was never marked in ${history.pipeline.guard.table}`,
              evidence: [event.record.seq],
              subject: subject.name,
              shape: `${type.toLowerCase().replaceAll('_', '-')}-never-marked`,
              ...playedBy(history, role),
              restsOn: ['postgres', 'kafka'],
            },
          ];
        }),
      ),
    ),
};
