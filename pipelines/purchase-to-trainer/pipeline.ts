import { definePipeline } from '../../harness/pipeline/declaration.ts';

/**
 * KodingCaravan's pipeline from a payment to its trainer: facts of the team's system, none of them Faultline's choice.
 * A payment is confirmed, purchase-worker writes the purchase and tells of it, allocation-worker asks admin-service for a
 * trainer and tells who it is.
 */
export const purchaseToTrainer = definePipeline({
  name: 'purchase-to-trainer',
  topics: {
    'purchase-confirmed': {},
    'purchase-created': {},
    'course-access-granted': {},
    'trainer-allocated': {},
    'sessions-generated': {},
    'notification-requested': {},
    'dead-letter-queue': { deadLetters: true },
  },
  partitions: 3,
  events: {
    PURCHASE_CONFIRMED: { topic: 'purchase-confirmed', begins: true },
    PURCHASE_CREATED: { topic: 'purchase-created' },
    COURSE_ACCESS_GRANTED: { topic: 'course-access-granted' },
    TRAINER_ALLOCATED: { topic: 'trainer-allocated' },
  },
  entities: {
    purchase: {
      table: 'student_course_purchases',
      called: 'active purchase',
      counts: [{ is_active: true }],
    },
    allocation: {
      table: 'trainer_allocations',
      called: 'allocation',
      // Assigned with a trainer, or pending: a person will decide.
      counts: [{ status: ['approved', 'active'], trainer_id: 'given' }, { status: 'pending' }],
      stands: { not: { status: ['rejected', 'cancelled'] } },
      shows: 'status',
    },
  },
  guard: {
    table: 'processed_events',
    key: 'event_id',
    correlation: 'correlation_id',
    type: 'event_type',
  },
  furtherTables: ['payments'],
  services: {
    'admin-service': {
      port: 3010,
      operation: { method: 'POST', path: '/api/v1/admin/allocations/auto-assign' },
    },
  },
  stages: {
    'purchase-worker': {
      group: 'purchase-creation-workers',
      consumes: 'PURCHASE_CONFIRMED',
      attempts: 3,
      effect: 'purchase',
      announces: ['PURCHASE_CREATED', 'COURSE_ACCESS_GRANTED'],
    },
    'allocation-worker': {
      group: 'trainer-allocation-workers',
      consumes: 'PURCHASE_CREATED',
      attempts: 5,
      calls: 'admin-service',
      effect: 'allocation',
      announces: ['TRAINER_ALLOCATED'],
    },
  },
});
