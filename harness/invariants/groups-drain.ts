import { endingOf } from '../history/completeness.ts';
import { undrained } from '../history/groups.ts';
import type { Undrained } from '../history/groups.ts';
import { recordPosition } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { count, nameOf } from '../history/names.ts';
import { callsOf, paymentOf } from '../history/subjects.ts';
import { atTheEnd, playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

const describeHead = (history: History, { group, records, committed, commit }: Undrained): Claim => {
  const [head, ...behind] = records;
  const event = history.pipelineEvents.find(({ record }) => record.seq === head.seq);
  const subject = event && paymentOf(history, event);
  // Only the allocation-worker's attempts leave a trace that can be counted: its calls.
  const calls = subject === undefined || group.role !== 'allocation-worker' ? undefined : callsOf(history, subject);
  const parts = [
    `${group.group} has not got past ${recordPosition(head)}`,
    subject === undefined ? '' : `, ${event?.type ?? 'a record'} of ${nameOf(subject)}`,
    calls === undefined
      ? ''
      : `, for which ${calls.length === 0 ? 'no call was' : `${count(calls.length, 'call')} ${calls.length === 1 ? 'was' : 'were'}`} made`,
    behind.length === 0 ? '' : `; ${count(behind.length, 'record')} more behind it`,
    committed === undefined ? '; it has committed no offset there' : '',
    endingOf(history).state === 'deadline' ? ' (at the deadline)' : '',
  ];
  return {
    message: parts.join(''),
    evidence: [head.seq, ...(commit === undefined ? [] : [commit.seq]), ...(calls ?? []).map((c) => c.request.seq)],
    ...(subject === undefined ? {} : { subject: subject.name }),
    shape: 'blocked',
    ...playedBy(history, group.role),
    restsOn: ['kafka', 'offsets'],
  };
};

export const groupsDrain: Invariant = {
  id: 'groups-drain',
  title: 'In the end no group has a data record left at or above its committed offset.',
  needs: ['kafka', 'offsets', 'admin-service'],
  check: (history) => atTheEnd(history, () => undrained(history).map((open) => describeHead(history, open))),
};
