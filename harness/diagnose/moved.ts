/** What came of a payment, or moved, between two looks. */
import { isDeepStrictEqual } from 'node:util';
import type { NewEvent } from '../history/events.ts';
import { sameId } from '../history/ids.ts';
import { isObject } from '../history/values.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { positionsIn } from './positions.ts';
import type { Position } from './positions.ts';
import { valueOf } from './snapshot.ts';
import type { GroupSeen, Look, Snapshot } from './snapshot.ts';

/** Positions in the partitions that hold the payment's own records. */
const ownPositions = (subject: Snapshot['subject'], looks: readonly Look[], look: Look): readonly Position[] => {
  const own = new Set(
    looks
      .flatMap(({ topics }) => valueOf(topics)?.records ?? [])
      .filter(({ correlationId }) => sameId(correlationId, subject.correlationId))
      .map(({ topic, partition }) => `${topic} ${partition}`),
  );
  return positionsIn(look).filter(({ topic, partition }) => own.has(`${topic} ${partition}`));
};

/** Was the record written since the look? One from before its end was only read later: there was more than can be read at once. */
const isSince =
  ({ topics }: Look) =>
  ({ topic, partition, offset }: NewEvent<'kafka.record'>): boolean => {
    const seen = valueOf(topics)?.there.find(({ name }) => name === topic);
    return offset >= (seen?.partitions.find((one) => one.partition === partition)?.end ?? 0);
  };

/** What the record was given up at, as its letter says; undefined: it is no letter, or does not say. */
const givenUpAt = (letters: string, { topic, json, headers }: NewEvent<'kafka.record'>): string | undefined => {
  if (topic !== letters) return undefined;
  const said: Readonly<Record<string, unknown>> = { ...headers, ...(isObject(json) ? json : {}) };
  const at = [said['originalTopic'], said['originalPartition'], said['originalOffset']];
  return at.includes(undefined) ? undefined : at.map(String).join(' ');
};

/** A letter of what was given up before: it was tried again, and got nowhere. */
const isAgain =
  ({ topics }: Look, letters: string) =>
  (record: NewEvent<'kafka.record'>): boolean => {
    const at = givenUpAt(letters, record);
    return at !== undefined && (valueOf(topics)?.records ?? []).some((one) => givenUpAt(letters, one) === at);
  };

/**
 * Is something of the payment there that was not, or gone? What one of the looks could not ask is not compared. `letters`: the topic of
 * dead letters.
 */
export const hasMoved = (first: Look, last: Look, letters: string): boolean => {
  const [before, after] = [valueOf(first.rows)?.tables, valueOf(last.rows)?.tables];
  const hasRows = before !== undefined && after !== undefined && !isDeepStrictEqual(before, after);
  const since = (valueOf(last.topics)?.records ?? []).filter(isSince(first));
  return hasRows || !since.every(isAgain(first, letters));
};

const unsteady = (group: string, before: GroupSeen, after: GroupSeen): readonly string[] => {
  if (after.members.length > 0) return [];
  if (before.members.length > 0)
    return [
      `${group} had members at one look and none at the next: they may be starting again, or busy for longer than it waits`,
    ];
  if (isDeepStrictEqual(before.committed, after.committed)) return [];
  return [
    `${group} has no member, and its offsets changed between two looks: somebody works without being one, or sets them`,
  ];
};

const unsteadyIn = (first: Look, last: Look, group: string): readonly string[] => {
  const [before, after] = [first.groups[group], last.groups[group]];
  const [was, is] = [before && valueOf(before), after && valueOf(after)];
  return was === undefined || is === undefined ? [] : unsteady(group, was, is);
};

/** Why groups that have no member now are not known to be without a worker. */
export const unsteadyGroups = (first: Look, last: Look): readonly string[] =>
  Object.keys(last.groups).flatMap((group) => unsteadyIn(first, last, group));

/** Stood everything still, as far as it could be asked: rows, records, and every group at or past where it was? */
export const stoodStill = (
  { subject, pipeline }: Pick<Snapshot, 'subject' | 'pipeline'>,
  first: Look,
  last: Look,
): boolean => {
  const known = [first, last].every((look) => valueOf(look.rows) !== undefined && valueOf(look.topics) !== undefined);
  if (!known || hasMoved(first, last, pipelineOf(pipeline).deadLetterTopic)) return false;
  const after = ownPositions(subject, [first, last], last);
  // One that was moved back has it to read again.
  return ownPositions(subject, [first, last], first).every(({ group, topic, partition, offset }) =>
    after.some(
      (one) => one.group === group && one.topic === topic && one.partition === partition && one.offset >= offset,
    ),
  );
};

/**
 * The later look with what the earlier one had read: so that it can stand for both. A group that was not steady between them is kept as
 * it was: the next look is held to that.
 */
export const asOne = (first: Look, last: Look): Look => {
  const groups = Object.fromEntries(
    Object.entries(last.groups).map(([group, told]) => {
      const was = first.groups[group];
      return [group, was !== undefined && unsteadyIn(first, last, group).length > 0 ? was : told];
    }),
  );
  const [before, after] = [valueOf(first.topics), valueOf(last.topics)];
  if (before === undefined || after === undefined) return { ...last, groups };
  const value = {
    ...after,
    records: [...before.records, ...after.records],
    unread: [...before.unread, ...after.unread],
  };
  return { ...last, groups, topics: { value } };
};
