/** What a cluster of somebody's holds. */
import type { KafkaConnection } from '../../harness/wire/kafka/request.ts';
import { describeGroup } from '../../harness/wire/kafka/requests/describe-groups.ts';
import { listGroups } from '../../harness/wire/kafka/requests/list-groups.ts';
import { listOffsets } from '../../harness/wire/kafka/requests/list-offsets.ts';
import { metadata } from '../../harness/wire/kafka/requests/metadata.ts';
import { offsetFetch } from '../../harness/wire/kafka/requests/offset-fetch.ts';
import type { SomebodysServer } from './somebodys-cluster.ts';

/** Topics with their ids and ends, groups with their members and offsets, databases and roles: what a run must leave as it was. */
export const inventoryOf = async (
  connection: KafkaConnection,
  server: Pick<SomebodysServer, 'ask'>,
): Promise<unknown> => {
  const topics = (await connection.send(metadata())).topics.filter(({ internal }) => !internal);
  const all = Object.fromEntries(topics.map(({ name, partitions }) => [name, partitions.map((one) => one.partition)]));
  const names = [...(await connection.send(listGroups()))].sort();
  const groups = names.map(async (group) => {
    const { members } = await describeGroup(connection, group);
    return [group, members.map(({ memberId }) => memberId), await connection.send(offsetFetch(group, all))];
  });
  return {
    topics: topics.map(({ name, id }) => `${name} ${id}`).sort(),
    ends: await connection.send(listOffsets(all, 'latest-uncommitted')),
    groups: await Promise.all(groups),
    databases: await server.ask('SELECT datname FROM pg_database ORDER BY 1'),
    roles: await server.ask("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1"),
  };
};
