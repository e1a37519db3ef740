import { eventName, nameOf } from '../history/names.ts';
import { guardRowOf, tablesAtEnd } from '../history/rows.ts';
import { eventsOf, paymentsOf } from '../history/subjects.ts';
import { ROLES, WORKERS } from '../pipeline/pipeline.ts';
import { atTheEnd, mayStayDeadLettered, playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

export const eventGetsMarked: Invariant = {
  id: 'event-gets-marked',
  title: 'In the end processed_events has a row for every consumed event, whoever wrote it.',
  needs: ['postgres', 'kafka'],
  check: (history) =>
    atTheEnd(history, () =>
      paymentsOf(history).flatMap((subject) =>
        ROLES.flatMap((role): Claim[] => {
          const type = WORKERS[role].consumes;
          const event = eventsOf(history, subject, type)[0];
          if (event === undefined || guardRowOf(tablesAtEnd(history), subject.correlationId, type) !== undefined)
            return [];
          // It may stay without its effect, and a mark without an effect would be wrong.
          if (mayStayDeadLettered(history, subject, type)) return [];
          return [
            {
              message: `${eventName(event)} of ${nameOf(subject)} was never marked in processed_events`,
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
