import { endingOf, isComplete } from '../history/completeness.ts';
import { hadEffect } from '../history/effects.ts';
import type { HistoryEvent, Subject } from '../history/events.ts';
import { undrained } from '../history/groups.ts';
import type { Undrained } from '../history/groups.ts';
import { recordPosition } from '../history/history.ts';
import type { Call, History, PipelineEvent } from '../history/history.ts';
import { lettersOf } from '../history/letters.ts';
import { perHistory } from '../history/memo.ts';
import { count, nameOf } from '../history/names.ts';
import { guardRowsOf, isMark } from '../history/rows.ts';
import { callsOf, callsOfStage, paymentOf, strayCallsOf } from '../history/subjects.ts';
import { rebalancesOf } from './evictions.ts';
import { atTheEnd, playedBy } from './judging.ts';
import type { Claim, Invariant, Told } from './types.ts';

/** A record that a group has not committed past, with what is known of it. */
interface Open {
  readonly record: HistoryEvent<'kafka.record'>;
  readonly event: PipelineEvent | undefined;
  readonly subject: Subject | undefined;
  /** What shows that the worker is through with it, in words; undefined: nothing does. */
  readonly done: string | undefined;
  readonly isDeadLettered: boolean;
}

const isMarked = (history: History, { type }: PipelineEvent, { correlationId }: Subject): boolean =>
  guardRowsOf(history, correlationId, type).some(isMark);

const eventsBySeq = perHistory(
  (history) =>
    new Map([...history.pipelineEvents, ...history.eventsElsewhere].map((event) => [event.record.seq, event])),
);

const openOf = (history: History, record: HistoryEvent<'kafka.record'>): Open => {
  const event = eventsBySeq(history).get(record.seq);
  const subject = event && paymentOf(history, event);
  const letters = event === undefined ? 0 : lettersOf(history, event).length;
  const done =
    event === undefined || subject === undefined
      ? undefined
      : hadEffect(history, event.type, subject)
        ? 'has had its effect'
        : isMarked(history, event, subject)
          ? 'is marked'
          : undefined;
  const buried = letters === 0 ? undefined : `is in the dead-letter queue ${count(letters, 'time')}`;
  return { record, event, subject, done: done ?? buried, isDeadLettered: done === undefined && letters > 0 };
};

/** Only attempts of one that calls leave a trace that can be counted. Undefined: nothing counts them. */
const callsFor = (history: History, { group: { role } }: Undrained, { subject }: Open): readonly Call[] | undefined => {
  if (role === undefined || subject === undefined || history.pipeline.stage(role).calls === undefined) return undefined;
  const calls = callsOfStage(history, role, callsOf(history, subject));
  if (calls.length > 0) return calls;
  // One that belongs to nobody may have been made for this one, and so may one that was not read.
  const strays = callsOfStage(history, role, strayCallsOf(history, subject));
  return isComplete(history, 'admin-service') && strays.length === 0 ? [] : undefined;
};

const inWords = (calls: readonly Call[] | undefined): string => {
  if (calls === undefined) return '';
  if (calls.length === 0) return ', for which no call was made';
  return `, for which ${count(calls.length, 'call')} ${calls.length === 1 ? 'was' : 'were'} made`;
};

const nameOfOpen = ({ record, event, subject }: Open): string =>
  `${recordPosition(record)}${subject === undefined ? '' : `, ${event?.type ?? 'a record'} of ${nameOf(subject)}`}`;

interface Stuck {
  readonly shape: string;
  readonly about: Open;
  readonly message: string;
}

/**
 * What keeps the group: the record at its head; or, where the worker is through with that one, that it does not say so,
 * and the first one behind it that it left out, or has not come to.
 */
const stuckAt = (history: History, open: Undrained): readonly Stuck[] => {
  const [head, ...behind] = open.records.map((record) => openOf(history, record));
  if (head === undefined) return [];
  const { group } = open.group;
  const more = behind.length === 0 ? '' : `; ${count(behind.length, 'record')} more behind it`;
  const never = open.committed === undefined ? '; it has committed no offset there' : '';
  const notPast = `${group} has not got past ${nameOfOpen(head)}`;
  if (head.done === undefined)
    return [
      { shape: 'blocked', about: head, message: `${notPast}${inWords(callsFor(history, open, head))}${more}${never}` },
    ];
  const message = `${notPast}, which ${head.done}${more}${never}`;
  const own: Stuck = {
    shape: head.isDeadLettered ? 'dead-lettered-not-committed' : 'done-not-committed',
    about: head,
    message,
  };
  const next = behind.findIndex(({ done }) => done === undefined);
  const left = behind[next];
  const isSkipped = behind.slice(next + 1).some(({ done }) => done !== undefined);
  // Behind one that is given up again and again everything waits, as it does behind one that is tried for ever.
  if (left === undefined || (head.isDeadLettered && !isSkipped)) return [own];
  return [
    own,
    {
      shape: isSkipped ? 'skipped' : 'blocked-behind',
      about: left,
      message: `${group} ${isSkipped ? 'went on without' : 'is not done with'} ${nameOfOpen(left)}${inWords(callsFor(history, open, left))}`,
    },
  ];
};

const claimsOf = (history: History, open: Undrained): readonly Claim[] =>
  stuckAt(history, open).map(({ shape, about, message }) => ({
    message: `${message}${endingOf(history).state === 'deadline' ? ' (at the deadline)' : ''}`,
    evidence: [
      about.record.seq,
      ...(open.commit === undefined ? [] : [open.commit.seq]),
      ...(callsFor(history, open, about) ?? []).map(({ request }) => request.seq),
    ],
    ...(about.subject === undefined ? {} : { subject: about.subject.name }),
    shape,
    ...playedBy(history, open.group.role),
    // Whether it is done with a record, the rows tell.
    restsOn: ['kafka', 'offsets', 'postgres'],
  }));

/** The worker of this group; of several that share it nothing tells which one it was. */
const workerIn = (history: History, group: string): { readonly worker?: string } => {
  const names = new Set(history.started.workers.flatMap((each) => (each.consumerGroup === group ? [each.name] : [])));
  const [name] = names;
  return name === undefined || names.size > 1 ? {} : { worker: name };
};

/** Members that a group lost while their process lived, unpaused and unhindered. */
const evicted = (history: History): readonly Told[] =>
  [...new Set(history.started.workers.map(({ consumerGroup }) => consumerGroup))].flatMap((group) =>
    rebalancesOf(history, group)
      .filter(({ ownDoing, lost }) => ownDoing && lost.length > 0)
      .map(({ event, lost }) => ({
        message: `${group} lost ${count(lost.length, 'member')} whose process lived, unpaused and with no connection cut: it was silent for too long, or left by itself`,
        evidence: [event.seq],
        shape: 'evicted-alive',
        ...workerIn(history, group),
      })),
  );

export const groupsDrain: Invariant = {
  id: 'groups-drain',
  title: 'In the end no group has a data record left at or above its committed offset.',
  needs: ['kafka', 'offsets'],
  check: (history) => ({
    ...atTheEnd(history, () => undrained(history).flatMap((open) => claimsOf(history, open))),
    notes: evicted(history),
  }),
};
