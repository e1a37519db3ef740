/** Part of reference-hardened.test.ts: events that can never be done. */
import { expect, it } from 'vitest';
import { failing } from '../support/admin-stand-in.ts';
import { HARDENED } from '../support/reference-bench.ts';
import type { ReferenceBench } from '../support/reference-bench.ts';
import { eventOf, newSubject, until } from '../support/reference-pipeline.ts';
import type { Subject } from '../support/reference-pipeline.ts';

export const testPoison = ({ now, announced }: ReferenceBench): void => {
  const poison: Readonly<Record<string, (subject: Subject) => string>> = {
    'that is not JSON': () => '{"type": "PURCHASE_',
    'without a studentId': (subject) => eventOf('PURCHASE_CREATED', { ...subject, studentId: '' }),
    'with a courseId that is no UUID': (subject) => eventOf('PURCHASE_CREATED', { ...subject, courseId: 'maths' }),
    'that admin-service calls invalid': (subject) => eventOf('PURCHASE_CREATED', subject),
  };

  it.each(Object.entries(poison))(
    '%s gets one dead-letter record, and the one behind it is done',
    async (name, build) => {
      const [bad, good] = [newSubject(), newSubject()];
      if (name.includes('invalid')) now().admin.plan(bad, failing(400));
      const worker = await now().workers.start(HARDENED);
      await now().pipeline.publish('purchase-created', bad, build(bad), 1);
      await now().pipeline.publish('purchase-created', good, eventOf('PURCHASE_CREATED', good), 1);
      await worker.drained();
      await announced(good);
      expect(await now().pipeline.recordsOf('dead-letter-queue', bad)).toMatchObject([
        {
          headers: { originalTopic: 'purchase-created', originalPartition: '1', correlationId: bad.paymentId },
          value: { attempts: 1 },
        },
      ]);
      expect(await now().pipeline.marksOf(bad, 'PURCHASE_CREATED')).toEqual([]);
    },
  );

  it('of purchase-worker is treated the same way', async () => {
    const [bad, good] = [newSubject(), newSubject()];
    const worker = await now().workers.start('purchase-worker/hardened');
    await now().pipeline.publish('purchase-confirmed', bad, 'null', 1);
    await now().pipeline.publish('purchase-confirmed', good, eventOf('PURCHASE_CONFIRMED', good), 1);
    await worker.drained();
    await until('PURCHASE_CREATED', async () => (await now().pipeline.recordsOf('purchase-created', good))[0]);
    expect(await now().pipeline.recordsOf('dead-letter-queue', bad)).toHaveLength(1);
  });
};
