import { isFromCall } from '../history/allocations.ts';
import { isAssigned } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import { tablesAtEnd } from '../history/rows.ts';
import { paymentByPair } from '../history/subjects.ts';
import { atTheEnd, playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

export const allocationIsAnnounced: Invariant = {
  id: 'allocation-is-announced',
  title: 'In the end every allocation with a trainer that came from a call was announced by TRAINER_ALLOCATED.',
  needs: ['postgres', 'kafka', 'admin-service'],
  check: (history) =>
    atTheEnd(history, () => {
      const announced = new Set(
        history.pipelineEvents.flatMap(({ type, body }) =>
          type === 'TRAINER_ALLOCATED' ? [body?.['allocationId']] : [],
        ),
      );
      return [...tablesAtEnd(history).trainer_allocations.values()].flatMap((row): Claim[] => {
        const { id, student_id, course_id } = row.values;
        const subject = paymentByPair(history, student_id, course_id);
        if (subject === undefined || !isAssigned(row.values) || announced.has(id)) return [];
        if (!isFromCall(history, row.insertedBy, id) && !isFromCall(history, row.changedBy, id)) return [];
        return [
          {
            message: `allocation ${short(id)} of ${nameOf(subject)} is ${String(row.values['status'])} and was never announced by TRAINER_ALLOCATED`,
            evidence: [row.insertedBy.seq],
            subject: subject.name,
            shape: 'never-announced',
            ...playedBy(history, 'allocation-worker'),
            restsOn: ['postgres', 'kafka', 'admin-service'],
          },
        ];
      });
    }),
};
