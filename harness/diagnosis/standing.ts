/** Where a group stands: what it passed and did not go back before. */
import type { HistoryEvent } from '../history/events.ts';
import { committedOffset, isThere, passedBy } from '../history/groups.ts';
import type { History } from '../history/history.ts';

/** The worker's commit past the record, when its group still stands past it: one that was rewound has it to read again. */
export const standsPast = (
  history: History,
  role: string,
  record: HistoryEvent<'kafka.record'>,
): HistoryEvent<'offsets.committed'> | undefined => {
  const commit = passedBy(history, role, record);
  // In a life of the topic that is over nobody goes back.
  if (commit === undefined || isThere(history, record) === 'no') return commit;
  const { offset } = committedOffset(history, { group: commit.group, topic: record.topic }, record.partition);
  return offset !== undefined && offset <= record.offset ? undefined : commit;
};
