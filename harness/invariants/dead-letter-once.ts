import { ownFieldMismatches } from '../contract/messages.ts';
import { groupOf } from '../history/groups.ts';
import type { DeadLetter, History, PipelineEvent } from '../history/history.ts';
import { workerNames } from '../history/liveness.ts';
import { count, eventName, nameOf } from '../history/names.ts';
import { originOf } from '../history/letters.ts';
import { callsOf, paymentOf } from '../history/subjects.ts';
import { WORKERS, consumerOf } from '../pipeline/pipeline.ts';
import type { WorkerRole } from '../pipeline/pipeline.ts';
import { pinnedTopics } from './messages-honour-contract-judged.ts';
import { playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

interface Letters {
  readonly event: PipelineEvent;
  readonly role: WorkerRole;
  /** By arrival; at least one. */
  readonly letters: readonly DeadLetter[];
}

/** The workers' dead-letter records about this trial's payments, by the event they are about. */
const lettersByEvent = (history: History): readonly Letters[] => {
  const byEvent = new Map<number, { event: PipelineEvent; role: WorkerRole; letters: DeadLetter[] }>();
  for (const letter of history.deadLetters) {
    const event = originOf(history, letter);
    if (event === undefined || letter.byHarness) continue;
    const role = consumerOf(event.type);
    if (role === undefined || paymentOf(history, event) === undefined) continue;
    const known = byEvent.get(event.record.seq);
    if (known === undefined) byEvent.set(event.record.seq, { event, role, letters: [letter] });
    else known.letters.push(letter);
  }
  return [...byEvent.values()];
};

/** Faults that break a worker's connections. */
const BREAKS: readonly string[] = ['upstream-away', 'bytes-withheld'];

/**
 * Anything after which a worker rightly takes an event again: an exit, a rebalance, a broken connection. Those from
 * before the act provably came before the event; where in time the others lie, nothing proves, so each excuses.
 */
const wasInterrupted = (history: History, role: WorkerRole): boolean => {
  const acting = history.of('trial.phase').find(({ phase }) => phase === 'act')?.seq ?? 0;
  const names = workerNames(history, role);
  const group = groupOf(history, role);
  const mine = (event: { readonly seq: number; readonly worker: string }): boolean =>
    event.seq > acting && names.includes(event.worker);
  const rebalanced = (event: { readonly seq: number; readonly group: string }): boolean =>
    event.seq > acting && event.group === group;
  return (
    history.of('process.exited').some(mine) ||
    history.of('wire.refused').some(mine) ||
    history.of('fault.fired').some(({ faultKind, target }) => BREAKS.includes(faultKind) && target.includes(role)) ||
    history.of('offsets.group-changed').some(rebalanced) ||
    history.of('offsets.member-removed').some(rebalanced)
  );
};

const twice = (history: History, { event, role, letters }: Letters): readonly Claim[] => {
  if (letters.length < 2 || wasInterrupted(history, role)) return [];
  const subject = paymentOf(history, event);
  return [
    {
      message: `${eventName(event)}${subject === undefined ? '' : ` of ${nameOf(subject)}`} is in the dead-letter queue ${letters.length} times, with no exit, rebalance or broken connection in between`,
      evidence: letters.map(({ record }) => record.seq),
      ...(subject === undefined ? {} : { subject: subject.name }),
      shape: 'twice',
      ...playedBy(history, role),
      restsOn: ['offsets'],
    },
  ];
};

/** An event that no attempt could ever bring to its effect: not JSON, required ids missing, answered 400. */
const canNeverSucceed = (history: History, event: PipelineEvent): boolean => {
  if (ownFieldMismatches(pinnedTopics(), event.type, event.record.json).length > 0) return true;
  const subject = paymentOf(history, event);
  return subject !== undefined && callsOf(history, subject).some(({ response }) => response?.status === 400);
};

const tooEarly = (history: History, { event, role, letters }: Letters): readonly Claim[] => {
  const { attempts: documented } = WORKERS[role];
  const subject = paymentOf(history, event);
  if (subject === undefined || canNeverSucceed(history, event)) return [];
  const calls = role === 'allocation-worker' ? callsOf(history, subject) : [];
  // Attempts that failed before the call leave no trace: without a stated number only calls that all failed, and no
  // other broken connection, show how often it was tried.
  const onlyCallsFailed = calls.length > 0 && !wasInterrupted(history, role);
  return letters.flatMap(({ attempts, record }): Claim[] => {
    if (attempts === undefined && !onlyCallsFailed) return [];
    const tried = Math.max(attempts ?? 0, calls.length);
    if (tried >= documented) return [];
    return [
      {
        message: `${eventName(event)} of ${nameOf(subject)} went to the dead-letter queue after ${count(tried, 'attempt')} of ${documented}`,
        evidence: [record.seq, ...calls.map(({ request }) => request.seq)],
        subject: subject.name,
        shape: 'before-the-documented-attempts',
        ...playedBy(history, role),
        restsOn: ['offsets', 'admin-service'],
      },
    ];
  });
};

export const deadLetterOnce: Invariant = {
  id: 'dead-letter-once',
  title: 'An event goes to the dead-letter queue once, and not before the documented number of attempts.',
  needs: ['kafka', 'offsets', 'admin-service'],
  check: (history) => ({
    violations: lettersByEvent(history).flatMap((each) => [...twice(history, each), ...tooEarly(history, each)]),
  }),
};
