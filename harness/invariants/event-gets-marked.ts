import type { Subject } from '../history/events.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { eventName, nameOf } from '../history/names.ts';
import { walkCommits } from '../history/rows.ts';
import { eventsOf, paymentsOf } from '../history/subjects.ts';
import { atTheEnd, mayStayDeadLettered, playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

/**
 * Is there a row of the guard, or has a worker marked it and somebody else taken that away? The same told for another
 * payment under the same eventId has the one row that there can be.
 */
const isMarked = (history: History, { correlationId }: Subject, { type, eventId }: PipelineEvent): boolean => {
  const { guard } = history.pipeline;
  let [isThere, byWorker] = [false, false];
  walkCommits(history, ({ writer }, _, changes) => {
    for (const { table, before, after } of changes) {
      const isOf = (row: typeof after): boolean =>
        table === guard.table &&
        row?.[guard.type] === type &&
        (sameId(row[guard.correlation], correlationId) || sameId(row[guard.key], eventId));
      if (isOf(before) === isOf(after)) continue;
      isThere = isOf(after);
      if (writer === null) byWorker = isThere;
    }
  });
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
