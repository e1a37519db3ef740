/** Creating and deleting topics, until every answer of the broker agrees. */
import type { KafkaAddress } from '../../addresses/address.ts';
import { openKafkaConnection } from './connection.ts';
import type { KafkaConnection } from './request.ts';
import { KafkaError } from './errors.ts';
import { listOffsets } from './requests/list-offsets.ts';
import { metadataOfAll } from './requests/metadata.ts';
import type { Metadata } from './requests/metadata.ts';
import { createTopicsRequest, deleteTopicsRequest } from './requests/topics.ts';
import type { NewTopic } from './requests/topics.ts';
import { waitForBroker } from './wait.ts';

const DEADLINE_MS = 15_000;

const withConnection = async <T>(
  address: KafkaAddress,
  use: (connection: KafkaConnection) => Promise<T>,
): Promise<T> => {
  const connection = openKafkaConnection({ address });
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
};

/** What a broker does not know yet of the topics. */
const unknownOf = (known: Metadata, topics: readonly NewTopic[]): string | undefined => {
  for (const { name, partitions } of topics) {
    const found = known.topics.find((topic) => topic.name === name);
    if (found === undefined || found.errorCode !== 0) return `topic ${name} is not known yet`;
    if (found.partitions.length !== partitions)
      return `topic ${name} has ${found.partitions.length} partitions instead of ${partitions}`;
    const leaderless = found.partitions.find((partition) => partition.leader < 0 || partition.errorCode !== 0);
    if (leaderless !== undefined) return `${name}-${leaderless.partition} has no leader`;
  }
  return undefined;
};

/** What keeps topics from being usable; undefined when nothing does. */
const notReady = async (connection: KafkaConnection, topics: readonly NewTopic[]): Promise<string | undefined> => {
  const known = await connection.send(metadataOfAll(topics.map((topic) => topic.name)));
  const unknown = known.map((one) => unknownOf(one, topics)).find((why) => why !== undefined);
  if (unknown !== undefined) return unknown;
  try {
    // Metadata names a leader a moment before the leader serves: only an answer of its own proves that it does.
    const wanted = topics.map(
      ({ name, partitions }) => [name, Array.from({ length: partitions }, (_, i) => i)] as const,
    );
    await connection.send(listOffsets(Object.fromEntries(wanted), 'latest-committed'));
    return undefined;
  } catch (error) {
    if (error instanceof KafkaError && error.transient) return error.message;
    throw error;
  }
};

/** Deletes them and waits until no broker knows them any more; gives the names that were not there. */
const deleteAll = async (connection: KafkaConnection, topics: readonly string[]): Promise<readonly string[]> => {
  const missing = await connection.send(deleteTopicsRequest(topics, DEADLINE_MS));
  await waitForBroker('deleting topics', DEADLINE_MS, async () => {
    const known = await connection.send(metadataOfAll(topics));
    const left = known.flatMap((one) => one.topics).find((topic) => topic.errorCode === 0);
    return left === undefined ? undefined : `topic ${left.name} is still known`;
  });
  return missing;
};

/**
 * Creates topics (replication factor 1) and waits until their leaders serve; gives the names that were there already.
 * Errors: KafkaError when the broker refuses one, FaultlineError when they are not usable within 15 s; what was made is
 * deleted again then.
 */
export const createTopics = (address: KafkaAddress, topics: readonly NewTopic[]): Promise<readonly string[]> =>
  withConnection(address, async (connection) => {
    const { made, existing, refusal } = await connection.send(createTopicsRequest(topics, DEADLINE_MS));
    try {
      if (refusal !== undefined) throw refusal;
      await waitForBroker('creating topics', DEADLINE_MS, () => notReady(connection, topics));
      return existing;
    } catch (error) {
      if (made.length > 0) await deleteAll(connection, made).catch(() => undefined);
      throw error;
    }
  });

/**
 * Deletes topics and waits until no broker knows them any more; gives the names that were not there.
 * Errors: KafkaError when the broker refuses, FaultlineError when they are not gone within 15 s.
 */
export const deleteTopics = (address: KafkaAddress, topics: readonly string[]): Promise<readonly string[]> =>
  withConnection(address, (connection) => deleteAll(connection, topics));
