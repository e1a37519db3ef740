/** A connection to a cluster of several brokers: every request goes to the broker whose business it is. */
import { FaultlineError } from '../../base/errors.ts';
import type { Address } from '../../addresses/address.ts';
import { settledInTurn } from '../../base/in-turn.ts';
import { askAgain } from '../../base/waiting.ts';
import { openBrokerConnection } from './broker-connection.ts';
import type { BrokerConnectionOptions } from './broker-connection.ts';
import { ERROR, KafkaConnectionError, KafkaError } from './errors.ts';
import type { KafkaConnection, KafkaRequest, Route } from './request.ts';
import { findCoordinator } from './requests/find-coordinator.ts';
import { metadata } from './requests/metadata.ts';
import { gathered, partitionName, partitionsByTopic } from './requests/shared.ts';
import type { Partitions } from './requests/shared.ts';

export interface ClusterConnectionOptions extends Omit<BrokerConnectionOptions, 'address'> {
  /** Where every broker is reached, by its node id. */
  readonly nodes: ReadonlyMap<number, Address>;
  /**
   * To how many of them a connection may stand at once: the one that was used longest ago is ended then, and parts of a request go
   * one after the other. Requests must not overlap. Left out: to all.
   */
  readonly mostOpen?: number;
}

/** A request, or a part of one, and the broker that it is for. */
interface Routed<T> {
  readonly nodeId: number;
  readonly request: KafkaRequest<T>;
}

/** A leader or coordinator that has just moved, or has not begun yet, refuses. For so long the way is looked for again, ms. */
const LOOK_AGAIN_FOR_MS = 5000;
const LOOK_AGAIN_EVERY_MS = 10;
const MOVED: ReadonlySet<number> = new Set([
  ERROR.leaderNotAvailable,
  ERROR.notLeader,
  ERROR.notCoordinator,
  ERROR.coordinatorLoading,
  ERROR.coordinatorNotAvailable,
]);

/** Has it certainly done nothing? A leader that steps down refuses a Produce which it may have appended already. */
const mayAskAgain = (error: unknown): boolean =>
  error instanceof KafkaError && MOVED.has(error.code) && error.api !== 'Produce';

/** Opens connections on first use, one a broker. */
export const openClusterConnection = ({
  nodes,
  mostOpen = Infinity,
  ...options
}: ClusterConnectionOptions): KafkaConnection => {
  const connections = new Map(
    [...nodes].map(([nodeId, address]) => [nodeId, openBrokerConnection({ address, ...options })]),
  );
  /** In this order they are asked what any of them can answer: the one that did so last comes first. */
  let order = [...connections.keys()];

  /** The latest last. */
  let used: readonly number[] = [];
  const makeRoomFor = (nodeId: number): void => {
    used = [...used.filter((one) => one !== nodeId), nodeId];
    for (const one of used.slice(0, -mostOpen)) connections.get(one)?.disconnect();
    used = used.slice(-mostOpen);
  };

  const connectionTo = (nodeId: number): KafkaConnection => {
    const found = connections.get(nodeId);
    if (found === undefined)
      throw new FaultlineError(
        'environment',
        `Kafka's broker ${nodeId} was not there when the run began, which has no way to it`,
        'Start again when the cluster has all its brokers.',
      );
    makeRoomFor(nodeId);
    return found;
  };

  const askAny = async <T>(request: KafkaRequest<T>): Promise<T> => {
    let lost: unknown = new Error('a cluster without brokers');
    for (const nodeId of order) {
      try {
        const answer = await connectionTo(nodeId).send(request);
        order = [nodeId, ...order.filter((one) => one !== nodeId)];
        return answer;
      } catch (error) {
        // It may have been carried out without an answer: asked again, its own topics would be somebody else's.
        if (!(error instanceof KafkaConnectionError) || request.api === 'CreateTopics') throw error;
        lost = error;
      }
    }
    throw lost;
  };

  const coordinatorOf = async (group: string): Promise<number> => (await askAny(findCoordinator(group))).nodeId;

  /** What every broker coordinates of the groups. */
  const groupsByCoordinator = async (groups: readonly string[]): Promise<ReadonlyMap<number, readonly string[]>> => {
    const found: (readonly [number, string])[] = [];
    for (const group of groups) found.push([await coordinatorOf(group), group]);
    return gathered(found);
  };

  /** Tells the leader of a partition; of a topic that does not exist any broker may say so. */
  const leadersOf = async (topics: readonly string[]): Promise<(topic: string, partition: number) => number> => {
    const found = (await askAny(metadata(topics))).topics;
    return (topic, partition) => {
      const known = found.find(({ name }) => name === topic)?.partitions ?? [];
      const leader = known.find((one) => one.partition === partition)?.leader ?? order[0]!;
      if (leader < 0) throw new KafkaError('Metadata', ERROR.leaderNotAvailable, partitionName(topic, partition));
      return leader;
    };
  };

  /** What every broker leads of the partitions. */
  const partitionsByLeader = async (partitions: Partitions): Promise<ReadonlyMap<number, Partitions>> => {
    const leaderOf = await leadersOf(Object.keys(partitions));
    const all = Object.entries(partitions).flatMap(([topic, list]) => list.map((one) => [topic, one] as const));
    const found = gathered(all.map((one) => [leaderOf(...one), one] as const));
    return new Map([...found].map(([leader, led]) => [leader, partitionsByTopic(led)]));
  };

  const cut = <About, T>(
    byNode: ReadonlyMap<number, About>,
    of: (about: About) => KafkaRequest<T>,
  ): readonly Routed<T>[] => [...byNode].map(([nodeId, about]) => ({ nodeId, request: of(about) }));

  const partsOf = async <T>(request: KafkaRequest<T>, route: Route<T>): Promise<readonly Routed<T>[]> => {
    switch (route.to) {
      case 'broker':
        return [{ nodeId: route.nodeId, request }];
      case 'coordinator':
        return [{ nodeId: await coordinatorOf(route.group), request }];
      case 'coordinators':
        return cut(await groupsByCoordinator(route.groups), route.parts.of);
      case 'leader': {
        const { topic, partition } = route;
        return [{ nodeId: (await leadersOf([topic]))(topic, partition), request }];
      }
      case 'leaders':
        return cut(await partitionsByLeader(route.partitions), route.parts.of);
      case 'every broker':
        return [...connections.keys()].map((nodeId) => ({ nodeId, request }));
    }
  };

  const joined = <T>({ route }: KafkaRequest<T>, answers: readonly T[]): T => {
    const [only] = answers;
    if (answers.length === 1) return only as T;
    if (route?.to === 'every broker') return route.join(answers);
    if (route?.to === 'leaders' || route?.to === 'coordinators') return route.parts.join(answers);
    throw new Error('a request for one broker was cut');
  };

  const sendOnce = async <T>(request: KafkaRequest<T>): Promise<T> => {
    if (request.route === undefined) return askAny(request);
    const parts = await partsOf(request, request.route);
    const ask = async ({ nodeId, request: part }: Routed<T>): Promise<T> => connectionTo(nodeId).send(part);
    const maySomeLack = request.route.to === 'every broker' && request.route.absentLeftOut === true;
    const asked =
      mostOpen < Infinity ? await settledInTurn(parts, ask, maySomeLack) : await Promise.allSettled(parts.map(ask));
    const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = asked.find((one) => one.status === 'rejected');
    if (failed !== undefined && !(maySomeLack && answers.length > 0)) throw failed.reason;
    return joined(request, answers);
  };

  return {
    send: (request) =>
      askAgain(() => sendOnce(request), {
        ms: LOOK_AGAIN_FOR_MS,
        everyMs: LOOK_AGAIN_EVERY_MS,
        mayPass: mayAskAgain,
      }),
    disconnect: () => connections.forEach((connection) => connection.disconnect()),
    close: () => connections.forEach((connection) => connection.close()),
  };
};
