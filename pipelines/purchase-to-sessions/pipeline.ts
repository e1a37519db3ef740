import { definePipeline } from '../../harness/pipeline/declaration.ts';
import { purchaseToTrainer } from '../purchase-to-trainer/pipeline.ts';

/**
 * From a payment to its lessons: the pipeline to a trainer, and the session-worker, which plans seven sessions for every
 * trainer that is told of. Facts of the team's system.
 */
export const purchaseToSessions = definePipeline({
  ...purchaseToTrainer,
  name: 'purchase-to-sessions',
  events: {
    ...purchaseToTrainer.events,
    TRAINER_ALLOCATED: {
      ...purchaseToTrainer.events.TRAINER_ALLOCATED,
      required: ['allocationId', 'trainerId', 'studentId', 'courseId'],
    },
    SESSIONS_GENERATED: {
      topic: 'sessions-generated',
      names: {
        entity: 'session',
        by: 'sessionIds',
        count: 'sessionCount',
        agrees: {
          allocationId: 'allocation_id',
          trainerId: 'trainer_id',
          studentId: 'student_id',
          courseId: 'course_id',
        },
      },
      // It ends with the moment: a repeat has another one.
      eventIds: ['sessions-generated-{allocationId}-*'],
    },
  },
  entities: {
    ...purchaseToTrainer.entities,
    session: {
      table: 'tutoring_sessions',
      // The course of a session is left out: it is the allocation's.
      via: { entity: 'allocation', column: 'allocation_id' },
      rows: 7,
      called: 'session',
      counts: [{ status: ['scheduled', 'pending', 'pending_verification'] }],
      done: [{ status: ['in_progress', 'pending_confirmation', 'completed', 'disputed'] }],
      shows: 'status',
      lacking: 'the student has not seven sessions with the trainer',
    },
  },
  stages: {
    ...purchaseToTrainer.stages,
    'session-worker': {
      group: 'session-scheduling-workers',
      consumes: 'TRAINER_ALLOCATED',
      attempts: 3,
      effect: 'session',
      // Of every trainer with fewer than three sessions to come.
      unasked: { atStart: true, everyHours: 6 },
      announces: ['SESSIONS_GENERATED'],
    },
  },
});
