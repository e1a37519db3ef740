import { isLive, isUnasked } from '../../history/completeness.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { cutsOff, faultsInForce, strikes } from '../../history/faults.ts';
import { isThere } from '../../history/groups.ts';
import type { History, PipelineEvent } from '../../history/history.ts';
import { workerNames } from '../../history/liveness.ts';
import { eventName, nameOf } from '../../history/names.ts';
import { ALL_SOURCES, currentStage } from '../facts.ts';
import type { Facts } from '../facts.ts';
import { isShared, readInstead } from '../members.ts';
import type { StageFacts } from '../stage.ts';
import { hasHadTime, isBusy, isReady } from '../time.ts';
import type { CauseRule, Proof } from '../types.ts';
import { isOnlyPassed, perhapsPassedOn } from '../unasked.ts';

/** The fault after which a running worker does not get at its events; without one it may only be about to. */
const haltedBy = ({ history }: Facts, { role }: StageFacts): HistoryEvent<'fault.fired'> | undefined => {
  const names = workerNames(history, role);
  return faultsInForce(history).find(
    (fault) => (strikes(fault, names) && fault.disturbs === 'settings') || cutsOff(fault, names, 'kafka'),
  );
};

interface Why {
  readonly words: string;
  readonly evidence: readonly number[];
  readonly undecided?: boolean;
}

const wrongTopic = ({ topic, worker }: StageFacts, instead: string, evidence: readonly number[]): Why => ({
  words: `${worker.group} has members, but none of them subscribes to ${topic} (they read ${instead})`,
  evidence,
});

/** Why a worker will not take it whose process is dead, or not known of. */
const withoutProcess = (stage: StageFacts, evidence: readonly number[]): Why | undefined => {
  const { role, group, process, members } = stage.worker;
  const instead = readInstead(stage);
  if (instead !== undefined) {
    const why = wrongTopic(stage, instead, evidence);
    return process === 'absent' ? { ...why, undecided: true } : why;
  }
  if (process === 'absent')
    return members?.length === 0
      ? undefined
      : { words: `${role} has no live process that is known of`, evidence, undecided: true };
  return members?.length === 0 ? { words: `${group} has no member`, evidence, undecided: true } : undefined;
};

/** A coordinator says of a group that never was, or was forgotten for long. */
const NEVER_THERE = 'Dead';

/**
 * A running worker that is not in its group. Of a live system nobody saw whether it was, until a while ago: who is busy for longer than
 * its group waits is put out of it, and comes back.
 */
const withoutMember = (history: History, { worker: { role, group } }: StageFacts, evidence: readonly number[]): Why => {
  const words = `${role} runs and ${group} has no member`;
  const last = history.of('offsets.group-described').findLast((one) => one.group === group);
  if (!isLive(history) || last?.state === NEVER_THERE) return { words, evidence };
  return {
    words: `${words}: it is set to another group, or busy for longer than its group waits`,
    evidence,
    undecided: true,
  };
};

/** Why a running process will not take it. What is still starting takes nothing yet, and is no cause for that. */
const withProcess = (facts: Facts, stage: StageFacts, evidence: readonly number[]): Why | undefined => {
  const { history } = facts;
  const { role, members } = stage.worker;
  const isUp = isReady(history, stage);
  const instead = readInstead(stage);
  if (instead !== undefined && (isUp || !isShared(history, stage))) return wrongTopic(stage, instead, evidence);
  if (members?.length === 0 && isUp) return withoutMember(history, stage, evidence);
  const fault = haltedBy(facts, stage);
  if (fault !== undefined)
    return {
      words: `${role} runs (${fault.detail})`,
      evidence: [...evidence, fault.seq],
    };
  // Of a live system nobody sees what else a worker has in hand.
  return !isLive(history) && hasHadTime(history, stage) && !isBusy(history, stage)
    ? { words: `${role} runs and has had time to take it`, evidence }
    : undefined;
};

/** Why the event will not be taken, as far as that is proven; undefined: the worker may be just about to. */
const whyNot = (facts: Facts, stage: StageFacts): Why | undefined => {
  const { role, process, processEvidence, membersEvidence } = stage.worker;
  const seen = [...processEvidence, ...membersEvidence];
  if (process === 'stopped') return { words: `${role} runs but is stopped`, evidence: seen };
  return process === 'running' ? withProcess(facts, stage, seen) : withoutProcess(stage, seen);
};

/** An offset says that its group is past it, and not by whom: it may have been set there, or begun there. */
const perhapsSkipped = ({ history, subject }: Facts, stage: StageFacts, event: PipelineEvent): Proof => ({
  message: `${stage.worker.group} stands past ${eventName(event)} of ${nameOf(subject)}, and nothing shows that it was read${perhapsPassedOn(history, stage)}`,
  evidence: [event.record.seq, ...stage.passed.map(({ seq }) => seq)],
  restsOn: ALL_SOURCES,
  standsWithout: ['admin-service'],
  stage,
  story: 'unasked',
  undecided: true,
});

export const eventNotConsumed: CauseRule = {
  id: 'event-not-consumed',
  prove: (facts) => {
    const stage = currentStage(facts);
    const event = stage.events.find(({ record }) => isThere(facts.history, record) === 'yes');
    if (event === undefined || facts.missing.length > 0) return undefined;
    if (isOnlyPassed(facts.history, stage)) return perhapsSkipped(facts, stage, event);
    if (stage.taken.length > 0) return undefined;
    // A connection or a call that may be this payment's may show it taken; in a log that does not say whose they are there always is one.
    if (
      !isUnasked(facts.history, 'admin-service') &&
      stage.connections.anyones.length + facts.strayCallsOf(stage).length > 0
    )
      return undefined;
    const why = whyNot(facts, stage);
    if (why === undefined) return undefined;
    return {
      message: `${eventName(event)} of ${nameOf(facts.subject)} is there and nothing shows it taken: ${why.words}`,
      evidence: [event.record.seq, ...why.evidence],
      restsOn: ALL_SOURCES,
      // What its process is, what its group's members read, and that it has none, no call would take back.
      standsWithout: ['admin-service'],
      stage,
      story: why.words,
      ...(why.undecided === true ? { undecided: true } : {}),
    };
  },
};
