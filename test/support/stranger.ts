/** A consumer of somebody else's, with an ordinary client. */
import type { Address } from '../../harness/addresses/address.ts';
import { kafkaClient } from './kafka.ts';

export const STRANGER = 'allocation-worker-of-staging';

/** It is a member of the group and reads the topic from its end, while `work` runs. */
export const withStranger = async (
  kafka: Address,
  { group, topic }: { readonly group: string; readonly topic: string },
  work: (memberId: string) => Promise<void>,
): Promise<void> => {
  const consumer = kafkaClient(kafka, STRANGER).consumer({
    groupId: group,
    rebalanceTimeout: 2000,
    heartbeatInterval: 200,
  });
  await consumer.connect();
  await consumer.subscribe({ topic });
  const joined = new Promise<string>((resolve) =>
    consumer.on('consumer.group_join', ({ payload }) => resolve(payload.memberId)),
  );
  await consumer.run({ eachMessage: () => Promise.resolve() });
  try {
    await work(await joined);
  } finally {
    await consumer.disconnect();
  }
};

/** A producer of somebody's in the middle of a transaction; `commit` fails when it was fenced, and ends it. */
export const openTransaction = async (
  kafka: Address,
  transactionalId: string,
  topic: string,
): Promise<{ commit(): Promise<void> }> => {
  const producer = kafkaClient(kafka, STRANGER).producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [{ value: 'of-somebody-else' }] });
  return {
    commit: async () => {
      await transaction.commit();
      await producer.disconnect();
    },
  };
};
