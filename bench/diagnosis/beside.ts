/** A payment of the same system that had come to its end before anything was done to it: who is right beside those who are not. */
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { tellingOf } from '../../harness/pipeline/telling.ts';
import type { ResolvedSubject } from '../../harness/scenario/subjects.ts';
import type { System } from './system.ts';

const pipeline = pipelineOf(shippedPipeline);

/** Its rows and events as workers leave them, with the groups past them: no worker of the way need be able to. */
export const comeToItsEnd = async (system: System, subject: ResolvedSubject): Promise<void> => {
  const { purchaseId, studentId, courseId, confirmedEventId } = subject;
  // The id of something else of it: any that is its own.
  const [allocationId, trainerId] = [confirmedEventId, studentId];
  const tell = async (event: string, fields: Readonly<Record<string, unknown>>): Promise<void> => {
    const about = { eventId: `${event}-${purchaseId}`, now: Date.now(), fields };
    await system.slot.produce(tellingOf(pipeline, event, subject, about), 'payment-service');
  };
  await system.pay(subject);
  await system.writePurchase(subject);
  await system.emitCreated(subject);
  await tell('COURSE_ACCESS_GRANTED', { purchaseId });
  await system.sql(
    `INSERT INTO trainer_allocations (id, student_id, course_id, trainer_id, requested_by, status)
     VALUES ($1, $2, $3, $4, $2, 'approved')`,
    [allocationId, studentId, courseId, trainerId],
  );
  await tell('TRAINER_ALLOCATED', { allocationId, trainerId });
  await system.slot.workers.commitEnds();
};
