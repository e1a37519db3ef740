/** Consumer groups as the harness handles them, by their real names, over one persistent raw connection. */
import { setTimeout as pause } from 'node:timers/promises';
import { FaultlineError } from '../base/errors.ts';
import type { GroupMember, Offsets, RecordEvent } from '../history/events.ts';
import { byRealName, byWireName, strayTopic } from '../pipeline/names.ts';
import type { Names } from '../pipeline/names.ts';
import type { KafkaConnection } from '../wire/kafka/request.ts';
import { deleteGroups } from '../wire/kafka/requests/delete-groups.ts';
import { describeGroup } from '../wire/kafka/requests/describe-groups.ts';
import type { DescribedGroup } from '../wire/kafka/requests/describe-groups.ts';
import { removeMember } from '../wire/kafka/requests/leave-group.ts';
import { listOffsets } from '../wire/kafka/requests/list-offsets.ts';
import { offsetCommit } from '../wire/kafka/requests/offset-commit.ts';
import { offsetFetch } from '../wire/kafka/requests/offset-fetch.ts';
import { waitForBroker } from '../wire/kafka/wait.ts';
import { ERROR, KafkaError } from '../wire/kafka/errors.ts';

export interface GroupAdmin {
  describe(group: string): Promise<{ readonly state: string; readonly members: readonly GroupMember[] }>;
  /** Removes a member at once, and records it when it was there. */
  remove(group: string, memberId: string): Promise<void>;
  /** Removes whoever the group has; nobody in it may be alive. */
  empty(group: string): Promise<void>;
  /** Commits the topic's end offsets, so that nothing from before is read and nothing from now on is missed. */
  commitEnds(group: string, topic: string): Promise<void>;
  commitBeginning(group: string, topic: string): Promise<void>;
  /** Committed offsets of the group for the topic; partitions without one are left out. */
  committed(group: string, topic: string): Promise<Readonly<Record<number, number>>>;
  /** Deletes groups with their committed offsets; they must be empty. */
  delete(groups: readonly string[]): Promise<void>;
}

/** How long a member may be in a stable group before its id has passed the relay of the worker it belongs to, ms. */
const STRANGER_GRACE_MS = 2000;
const STRANGER_LOOK_MS = 50;

/** Longer than the usual session: a group waits so long for one that was given an id, and died before it joined under it. */
const COMMIT_DEADLINE_MS = 40_000;

/**
 * `isOwn`, for a shared cluster: did this run start the member? One that it did not start is never removed,
 * and a group that has one is an error: nothing can be concluded about workers that share their events.
 */
export const createGroupAdmin = (parts: {
  readonly connection: KafkaConnection;
  readonly record: RecordEvent;
  readonly names: Names;
  /** Of every topic. */
  readonly partitions: number;
  readonly isOwn?: (memberId: string) => boolean;
}): GroupAdmin => {
  const { connection, record, names, isOwn = () => true } = parts;
  const partitions = Array.from({ length: parts.partitions }, (_, i) => i);
  const describeOwn = async (real: string): Promise<DescribedGroup> => {
    const group = names.wire(real);
    const end = performance.now() + STRANGER_GRACE_MS;
    for (;;) {
      const described = await describeGroup(connection, group);
      // While a group rebalances, one of ours may be in it whose answer has not come back yet.
      const stranger =
        described.state === 'Stable' ? described.members.find(({ memberId }) => !isOwn(memberId)) : undefined;
      if (stranger === undefined) return described;
      if (performance.now() > end)
        throw new FaultlineError(
          'environment',
          `the group ${group} has a member that this run did not start: ${stranger.clientId} (${stranger.memberId}) from ${stranger.host.replace(/^\//, '')}`,
          'Stop it first: it takes the events of the tests.',
        );
      await pause(STRANGER_LOOK_MS);
    }
  };
  const describe: GroupAdmin['describe'] = async (group) => {
    const { state, members } = await describeOwn(group);
    return {
      state,
      members: members.map(({ memberId, clientId, topics }) => ({
        memberId,
        clientId,
        // While the group rebalances the coordinator says nothing about subscriptions.
        ...(state === 'Stable' && topics.length > 0
          ? { topics: topics.map((topic) => names.real(topic) ?? strayTopic(topic)) }
          : {}),
      })),
    };
  };
  const remove: GroupAdmin['remove'] = async (group, memberId) => {
    if (!isOwn(memberId)) return;
    if (await removeMember(connection, names.wire(group), memberId))
      record({ kind: 'offsets.member-removed', source: 'harness', group, memberId });
  };
  const empty = async (group: string): Promise<void> => {
    const { members } = await describe(group);
    for (const { memberId } of members) await remove(group, memberId);
  };

  /**
   * A coordinator that loads, or a group that is still getting rid of its last member, answers with a passing error. A
   * member can also come after it was looked for: the broker may read a killed worker's request to join only now.
   */
  const commit = (group: string, offsets: Offsets): Promise<void> =>
    waitForBroker(`committing offsets of ${group}`, COMMIT_DEADLINE_MS, async () => {
      try {
        await connection.send(offsetCommit(names.wire(group), byWireName(names, offsets)));
        return undefined;
      } catch (error) {
        if (!(error instanceof KafkaError && (error.transient || error.code === ERROR.unknownMember))) throw error;
        await empty(group);
        return error.message;
      }
    });

  return {
    describe,
    remove,
    empty,
    commitEnds: async (group, topic) => {
      const wanted = { [names.wire(topic)]: partitions };
      await commit(group, byRealName(names, await connection.send(listOffsets(wanted, 'latest-uncommitted'))));
    },
    commitBeginning: (group, topic) => commit(group, { [topic]: Object.fromEntries(partitions.map((p) => [p, 0])) }),
    committed: async (group, topic) => {
      const name = names.wire(topic);
      return (await connection.send(offsetFetch(names.wire(group), { [name]: partitions })))[name] ?? {};
    },
    delete: async (groups) => {
      if (groups.length > 0) await connection.send(deleteGroups(groups.map(names.wire)));
    },
  };
};
