/** Part of reference-hardened.test.ts: the topic that purchase-worker writes to is not there. */
import { expect, it } from 'vitest';
import type { ReferenceBench } from '../support/reference-bench.ts';
import { eventOf, newSubject, until } from '../support/reference-pipeline.ts';
import type { Program } from '../support/reference-process.ts';

export const testMissingTopic = ({ now }: ReferenceBench): void => {
  const records = async (topic: string) =>
    (await now().pipeline.admin.fetchTopicOffsets(topic)).reduce((sum, { offset }) => sum + Number(offset), 0);

  /** A worker whose producer knows the topic from before, the topic gone, and a payment. */
  const confirmWithout = async (program: Program) => {
    const { pipeline, workers } = now();
    const [earlier, subject] = [newSubject(), newSubject()];
    const worker = await workers.start(program);
    await pipeline.publish('purchase-confirmed', earlier, eventOf('PURCHASE_CONFIRMED', earlier));
    await worker.drained();
    await pipeline.admin.deleteTopics({ topics: ['purchase-created'] });
    const deadLetters = await records('dead-letter-queue');
    await pipeline.publish('purchase-confirmed', subject, eventOf('PURCHASE_CONFIRMED', subject));
    await until('a failed attempt', () => worker.logged('attempt failed'));
    return { subject, worker, deadLetters };
  };

  it('incident: dead-letters the event, which is not announced', async () => {
    const { deadLetters } = await confirmWithout('purchase-worker/incident');
    await until('the dead letter', async () => (await records('dead-letter-queue')) === deadLetters + 1);
    await now().workers.endAll();
    await now().pipeline.createTopics(['purchase-created']);
  });

  it('hardened: announces the purchase when the topic is there again, and marks it only then', async () => {
    const { subject, worker, deadLetters } = await confirmWithout('purchase-worker/hardened');
    expect(await now().pipeline.marksOf(subject, 'PURCHASE_CONFIRMED')).toEqual([]);
    await now().pipeline.createTopics(['purchase-created']);
    await worker.drained();
    expect(await now().pipeline.marksOf(subject, 'PURCHASE_CONFIRMED')).toHaveLength(1);
    expect(await records('purchase-created')).toBe(1);
    expect(await records('dead-letter-queue')).toBe(deadLetters);
  });
};
