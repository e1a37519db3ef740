import { definePipeline } from '../../harness/pipeline/declaration.ts';

/**
 * KodingCaravan's pipeline from a payment to its trainer: facts of the team's system, none of them Faultline's choice.
 * A payment is confirmed, purchase-worker writes the purchase and tells of it, allocation-worker asks admin-service for a
 * trainer and tells who it is.
 */
export const declaration = definePipeline({
  name: 'purchase-to-trainer',
  subject: {
    called: 'payment',
    begun: 'was paid',
    table: 'payments',
    id: 'paymentId',
    unbegun: { shape: 'nobody-paid', says: 'nobody paid for it' },
  },
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
    PURCHASE_CONFIRMED: {
      topic: 'purchase-confirmed',
      begins: true,
      required: ['paymentId', 'studentId', 'courseId'],
    },
    PURCHASE_CREATED: {
      topic: 'purchase-created',
      names: { entity: 'purchase', by: 'purchaseId' },
      required: ['purchaseId', 'studentId', 'courseId'],
      // As workers make it, and as what recovers a purchase makes it: each in every variant that is normal.
      eventIds: [
        '{purchaseId}',
        'purchase-created-{purchaseId}',
        '{purchaseId}-recovery',
        'purchase-created-{purchaseId}-recovery',
      ],
    },
    COURSE_ACCESS_GRANTED: {
      topic: 'course-access-granted',
      names: { entity: 'purchase', by: 'purchaseId' },
      eventIds: ['course-access-granted-{purchaseId}'],
    },
    TRAINER_ALLOCATED: {
      topic: 'trainer-allocated',
      names: {
        entity: 'allocation',
        by: 'allocationId',
        agrees: { studentId: 'student_id', courseId: 'course_id', trainerId: 'trainer_id' },
      },
      eventIds: ['{allocationId}'],
    },
  },
  entities: {
    purchase: {
      table: 'student_course_purchases',
      called: 'active purchase',
      counts: [{ is_active: true }],
      done: [],
      oneOf: { rows: { is_active: true }, called: 'active purchases', plural: 'purchases' },
    },
    allocation: {
      table: 'trainer_allocations',
      called: 'allocation',
      // Assigned with a trainer, or pending: a person will decide.
      counts: [{ status: ['approved', 'active'], trainer_id: 'given' }, { status: 'pending' }],
      done: [{ status: 'completed' }],
      stands: { not: { status: ['rejected', 'cancelled'] } },
      shows: 'status',
      oneOf: {
        rows: { status: ['approved', 'active'] },
        called: 'approved or active allocations',
        plural: 'allocations',
        // A person would be asked to decide what has been decided.
        notBeside: {
          rows: { status: 'pending' },
          shape: 'approved-beside-pending',
          one: 'an assigned allocation',
          other: 'a pending one',
        },
      },
      requires: {
        entity: 'purchase',
        // A student has it, or a person may still decide so: not one that was declined or is over.
        rows: { status: ['approved', 'active', 'pending'] },
        never: { shape: 'never-bought', says: 'who never bought that' },
      },
      owed: { status: ['approved', 'active'] },
      lacking: 'the student has no trainer for the course',
    },
  },
  guard: {
    table: 'processed_events',
    key: 'event_id',
    correlation: 'correlation_id',
    type: 'event_type',
  },
  furtherTables: ['payments'],
  // By payment-service, and by what stands for admin-service.
  written: {
    payments: ['id', 'student_id', 'amount_cents', 'provider', 'status', 'metadata', 'confirmed_at'],
    student_course_purchases: [
      'id',
      'student_id',
      'course_id',
      'purchase_tier',
      'purchase_date',
      'metadata',
      'is_active',
      'created_at',
    ],
    trainer_allocations: [
      'id',
      'student_id',
      'trainer_id',
      'course_id',
      'requested_by',
      'requested_at',
      'status',
      'allocated_by',
      'allocated_at',
      'rejected_by',
      'rejected_at',
      'rejection_reason',
      'notes',
      'metadata',
      'created_at',
      'updated_at',
    ],
  },
  services: {
    'admin-service': {
      port: 3010,
      operation: { method: 'POST', path: '/api/v1/admin/allocations/auto-assign' },
      behaviours: {
        'silent-success': { rowless: true },
        'late-commit': { takes: ['delayMs'] },
        'wrong-id': {},
        'no-trainer': {},
      },
      answers: { in: 'data', id: 'id', final: [201], open: [202] },
      asks: { for: 'for a trainer', idly: 'which nobody bought' },
    },
  },
  acts: {
    pay: {
      about: 'PURCHASE_CONFIRMED',
      tells: true,
      as: 'payment-service',
      takes: { subjects: 'several', eventId: ['fresh', 'again'], partition: true },
    },
    'write-purchase': {
      about: 'PURCHASE_CONFIRMED',
      makes: 'purchase',
      as: 'payment-service',
      takes: { subjects: 'one' },
    },
    'emit-purchase-created': {
      about: 'PURCHASE_CREATED',
      tells: true,
      as: 'payment-service',
      takes: { subjects: 'one', eventId: ['fresh', 'recovery', 'again'], partition: true },
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
