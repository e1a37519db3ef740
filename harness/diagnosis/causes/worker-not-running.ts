import type { GroupMember } from '../../history/events.ts';
import { count } from '../../history/names.ts';
import { membersOf } from '../members.ts';
import { isWorkersMark } from '../stage.ts';
import type { StageFacts } from '../stage.ts';
import { currentStage, isAtLast, laterThan } from '../facts.ts';
import type { Facts } from '../facts.ts';
import type { CauseRule } from '../types.ts';

/** Stages that this payment still has to pass through. */
const needed = (facts: Facts): readonly StageFacts[] => {
  const stage = currentStage(facts);
  const later = laterThan(facts, stage);
  const isStillNeeded = later.length === 0 || (stage.events.length > 0 && !stage.isOver);
  return isStillNeeded ? [stage, ...later] : later;
};

/** Did it die by itself of a topic that it reads or writes: alive when that vanished, or started without it? */
const diedOf = ({ history, topics, missing }: Facts, { topic: read, role, declared, worker }: StageFacts): boolean =>
  [read, ...declared.announces.flatMap((type) => history.pipeline.topicOf(type) ?? [])]
    .filter((topic) => missing.includes(topic))
    .some((topic) => {
      const since = topics.missingSince(topic) ?? Infinity;
      if (worker.exit !== undefined) return !worker.exit.requested && worker.exit.seq > since;
      // Its exit is not known yet: then what was started without the topic lived without it.
      const names = history.started.workers.flatMap((each) => (each.role === role ? [each.name] : []));
      const started = history.of('process.started').findLast((each) => names.includes(each.worker));
      return started !== undefined && started.seq > since;
    });

const inWords = (stage: StageFacts, members: readonly GroupMember[] | undefined): string => {
  const { role, group, process } = stage.worker;
  if (process === 'unknown' && members?.length === 0)
    return `${group} has no member${stage.worker.members?.length === 0 ? '' : ' of it'}; whether a process of ${role} lives was not seen`;
  if (members === undefined) return `${role} has no live process; who is in ${group} is not known`;
  if (members.length > 0)
    return `${role} has no live process, but ${group} still has ${count(members.length, 'member')}`;
  return `${role} has no live process and ${group} has no member${stage.worker.members?.length === 0 ? '' : ' of it'}`;
};

/** Its process is dead and its group empty; where one of both is not known it may run somewhere else, or not at all. */
const isDead = (facts: Facts, stage: StageFacts): 'yes' | 'no' | 'perhaps' => {
  const { process } = stage.worker;
  const isEmpty = membersOf(facts.history, stage)?.length === 0;
  if (process === 'absent') return isEmpty ? 'yes' : 'perhaps';
  return process === 'unknown' && isEmpty ? 'perhaps' : 'no';
};

/** Started again, the worker would not come back to an event that is over, or that it has marked. */
const isGoneBy = (facts: Facts): boolean => {
  const stage = currentStage(facts);
  return isAtLast(facts) && (stage.isOver || isWorkersMark(stage));
};

export const workerNotRunning: CauseRule = {
  id: 'worker-not-running',
  prove: (facts) => {
    if (facts.at === 'not-begun' && facts.missing.length === 0) return undefined;
    const dead = needed(facts).filter((stage) => isDead(facts, stage) === 'yes');
    const doubtful = needed(facts).filter((stage) => isDead(facts, stage) === 'perhaps');
    const found = dead.length > 0 ? dead : doubtful;
    const first = found[0];
    if (first === undefined) return undefined;
    return {
      message: found.map((stage) => inWords(stage, membersOf(facts.history, stage))).join('; '),
      evidence: found.flatMap(({ worker: { processEvidence, membersEvidence, exit } }) => [
        ...processEvidence,
        ...membersEvidence,
        ...(exit === undefined ? [] : [exit.seq]),
      ]),
      restsOn: ['postgres', 'kafka', 'offsets'],
      stage: first,
      ...(dead.length === 0 ? { undecided: true } : {}),
      ...(found.every((stage) => diedOf(facts, stage)) ? { consequenceOf: 'topic-missing' as const } : {}),
      ...(isGoneBy(facts) ? { later: true } : {}),
    };
  },
};
