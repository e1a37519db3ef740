import type { HistoryEvent } from '../../history/events.ts';
import { consumedTopic } from '../../history/groups.ts';
import { eventName, nameOf } from '../../history/names.ts';
import { allIsKnown, currentStage, hasStood, takenBy } from '../facts.ts';
import type { Facts, StageFacts } from '../facts.ts';
import type { CauseRule } from '../types.ts';

/** Faults after which a running worker does not get at its events; without one it may only be about to. */
const HALTING: readonly string[] = ['worker-paused', 'worker-misconfigured'];
const CUTTING: readonly string[] = ['bytes-withheld', 'upstream-away'];

const haltedBy = ({ history }: Facts, { role }: StageFacts): HistoryEvent<'fault.fired'> | undefined => {
  const healed = new Set(history.of('fault.healed').map(({ fault }) => fault));
  return history.of('fault.fired').find(({ fault, faultKind, target }) => {
    if (healed.has(fault) || !target.includes(role)) return false;
    return HALTING.includes(faultKind) || (CUTTING.includes(faultKind) && target.endsWith('kafka'));
  });
};

interface Why {
  readonly words: string;
  readonly evidence: readonly number[];
  readonly undecided?: boolean;
}

/** Why the event will not be taken, as far as that is proven; undefined: the worker may be just about to. */
const whyNot = (facts: Facts, stage: StageFacts): Why | undefined => {
  const { role, group, process, members, processEvidence, membersEvidence } = stage.worker;
  const seen = [...processEvidence, ...membersEvidence];
  if (process === 'stopped') return { words: `${role} runs but is stopped`, evidence: seen };
  if (process === 'absent')
    return members?.length === 0
      ? undefined
      : { words: `${role} has no live process that is known of`, evidence: seen, undecided: true };
  if (members?.length === 0)
    return process === 'running'
      ? { words: `${role} runs and ${group} has no member`, evidence: seen }
      : { words: `${group} has no member`, evidence: seen, undecided: true };
  const topic = consumedTopic(role);
  if (members?.every((member) => member.topics !== undefined && !member.topics.includes(topic)) === true)
    return { words: `${group} has members, but none of them subscribes to ${topic}`, evidence: seen };
  if (process !== 'running') return undefined;
  const fault = haltedBy(facts, stage);
  if (fault !== undefined) return { words: `${role} runs (${fault.detail})`, evidence: [...seen, fault.seq] };
  if (hasStood(facts.history, stage.events[0]?.record))
    return { words: `${role} runs and has had time to take it`, evidence: seen };
  return undefined;
};

export const eventNotConsumed: CauseRule = {
  id: 'event-not-consumed',
  prove: (facts) => {
    const stage = currentStage(facts);
    const event = stage.events[0];
    if (event === undefined || facts.topics.missing.length > 0 || !allIsKnown(facts)) return undefined;
    if (takenBy(facts, stage).length > 0) return undefined;
    const why = whyNot(facts, stage);
    if (why === undefined) return undefined;
    return {
      message: `${eventName(event)} of ${nameOf(facts.subject)} is there and nothing shows it taken: ${why.words}`,
      evidence: [event.record.seq, ...why.evidence],
      ...(why.undecided === true ? { undecided: true } : {}),
    };
  },
};
