import { isFromCall } from '../history/allocations.ts';
import { text } from '../history/history.ts';
import { allocationsIn, isAssigned } from './counting.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { count, nameOf, short } from '../history/names.ts';
import { sinceWhen, tablesAtEnd } from '../history/rows.ts';
import type { Row } from '../history/rows.ts';
import { paymentsByPair } from '../history/subjects.ts';
import { atTheEnd, publishedBy } from './judging.ts';
import { makerOf } from './makers.ts';
import type { Claim, Invariant, Told } from './types.ts';

const announcementsOf = (history: History, id: unknown): readonly PipelineEvent[] =>
  history.pipelineEvents.filter(
    ({ type, body }) => type === 'TRAINER_ALLOCATED' && sameId(text(body?.['allocationId']), id),
  );

interface Assigned {
  readonly row: Row;
  readonly name: string;
  readonly subject: string;
}

/** Allocations with a trainer that a call of this trial brought about: what a person decided later, no worker was told. */
const assignedByCalls = (history: History): readonly Assigned[] =>
  allocationsIn(tablesAtEnd(history)).flatMap((row): Assigned[] => {
    const [subject] = paymentsByPair(history, row.values['student_id'], row.values['course_id']);
    if (subject === undefined || !isAssigned(row.values)) return [];
    return isFromCall(history, sinceWhen(history, row, isAssigned), undefined)
      ? [{ row, name: nameOf(subject), subject: subject.name }]
      : [];
  });

/** At least once is right, and more often may be two instances at work. */
const repeated = (history: History): readonly Told[] =>
  assignedByCalls(history).flatMap(({ row, name, subject }): Told[] => {
    const told = announcementsOf(history, row.values['id']).filter(({ byHarness }) => !byHarness);
    if (told.length < 2) return [];
    return [
      {
        message: `allocation ${short(row.values['id'])} of ${name} was announced ${count(told.length, 'time')}`,
        evidence: told.map(({ record }) => record.seq),
        subject,
        shape: 'announced-again',
        ...publishedBy(history, 'TRAINER_ALLOCATED'),
      },
    ];
  });

export const allocationIsAnnounced: Invariant = {
  id: 'allocation-is-announced',
  title: 'In the end every allocation with a trainer that came from a call was announced by TRAINER_ALLOCATED.',
  needs: ['postgres', 'kafka'],
  check: (history) => ({
    ...atTheEnd(history, () =>
      assignedByCalls(history).flatMap(({ row, name, subject }): Claim[] => {
        const { id, status } = row.values;
        if (announcementsOf(history, id).length > 0) return [];
        return [
          {
            message: `allocation ${short(id)} of ${name} is ${String(status)} and was never announced by TRAINER_ALLOCATED`,
            evidence: [row.insertedBy.seq],
            subject,
            shape: 'never-announced',
            ...makerOf(history, row.changedBy, id),
            restsOn: ['postgres', 'kafka', 'admin-service'],
          },
        ];
      }),
    ),
    notes: repeated(history),
  }),
};
