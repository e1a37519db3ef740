import type { Liveness } from '../../history/liveness.ts';
import { isOver } from '../facts.ts';
import type { Facts } from '../facts.ts';
import type { CauseRule } from '../types.ts';

/** Workers that this payment still has to pass through. */
const neededBy = ({ stage, purchase, allocation }: Facts): readonly Liveness[] =>
  stage === 'purchase' && purchase.events.length > 0 && !isOver(purchase)
    ? [purchase.worker, allocation.worker]
    : [allocation.worker];

/** Dead by itself after the topic was gone; a worker that the harness stopped is dead for a reason of its own. */
const diedOfTopic = (facts: Facts, workers: readonly Liveness[]): boolean =>
  facts.topics.missing.length > 0 && workers.every(({ exit }) => exit?.requested !== true);

const inWords = ({ role, group, members }: Liveness): string =>
  members === undefined
    ? `${role} has no live process; who is in ${group} is not known`
    : members.length === 0
      ? `${role} has no live process and ${group} has no member`
      : `${role} has no live process, but ${group} still has ${members.length} member${members.length === 1 ? '' : 's'}`;

export const workerNotRunning: CauseRule = {
  id: 'worker-not-running',
  prove: (facts) => {
    if (facts.stage === 'not-begun' && facts.topics.missing.length === 0) return undefined;
    const needed = neededBy(facts);
    const dead = needed.filter(({ process, members }) => process === 'absent' && members?.length === 0);
    // A dead process whose group has a member (or nobody looked), and a group without a member whose process nobody
    // looked for: the worker may run somewhere else, or not at all.
    const doubtful = needed.filter(
      ({ process, members }) =>
        (process === 'absent' && members?.length !== 0) || (process === 'unknown' && members?.length === 0),
    );
    const found = dead.length > 0 ? dead : doubtful;
    if (found.length === 0) return undefined;
    return {
      message: found.map(inWords).join('; '),
      evidence: found.flatMap(({ processEvidence, membersEvidence, exit }) => [
        ...processEvidence,
        ...membersEvidence,
        ...(exit === undefined ? [] : [exit.seq]),
      ]),
      ...(dead.length === 0 ? { undecided: true } : {}),
      ...(diedOfTopic(facts, found) ? { consequenceOf: 'topic-missing' as const } : {}),
      // Started again, the worker would not come back to an event that has been committed past.
      ...(facts.stage === 'allocation' && isOver(facts.allocation) ? { later: true } : {}),
    };
  },
};
