/** Who is in a worker's group, and what they read. */
import type { GroupMember } from '../history/events.ts';
import { groupsOf } from '../history/groups.ts';
import type { History } from '../history/history.ts';
import type { StageFacts } from './stage.ts';

/** Topics that other workers read in the same group. */
const sharedTopics = (history: History, { role, worker }: StageFacts): readonly string[] =>
  groupsOf(history).flatMap((each) => (each.group === worker.group && each.role !== role ? [each.topic] : []));

/** Do two parts of the pipeline read in one group? Then a member need not be this worker's. */
export const isShared = (history: History, stage: StageFacts): boolean => sharedTopics(history, stage).length > 0;

/**
 * The members that may be this worker's; undefined: not known. In a group that two workers share, those that are known to
 * read the other's topic are the other's.
 */
export const membersOf = (history: History, stage: StageFacts): readonly GroupMember[] | undefined => {
  const shared = sharedTopics(history, stage);
  const isTheOthers = ({ topics }: GroupMember): boolean =>
    topics !== undefined && !topics.includes(stage.topic) && shared.some((topic) => topics.includes(topic));
  return stage.worker.members?.filter((member) => !isTheOthers(member));
};

/** What the group's members read instead of the stage's topic, when every one of them is known to read something else. */
export const readInstead = ({ topic, worker: { members = [] } }: StageFacts): string | undefined => {
  const reads = ({ topics }: GroupMember): boolean => topics === undefined || topics.includes(topic);
  if (members.length === 0 || members.some(reads)) return undefined;
  return [...new Set(members.flatMap(({ topics = [] }) => topics))].sort().join(' and ') || 'nothing';
};
