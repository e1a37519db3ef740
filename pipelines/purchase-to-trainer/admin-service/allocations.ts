/** trainer_allocations, as admin-service reads and writes it. */
import type { StubDatabase } from '../../../harness/pipeline/stub.ts';
import type { Allocation } from './api.ts';

/** Property of an allocation and its column, in the API's order. */
const COLUMNS = {
  id: 'id',
  studentId: 'student_id',
  trainerId: 'trainer_id',
  courseId: 'course_id',
  requestedBy: 'requested_by',
  requestedAt: 'requested_at',
  status: 'status',
  allocatedBy: 'allocated_by',
  allocatedAt: 'allocated_at',
  rejectedBy: 'rejected_by',
  rejectedAt: 'rejected_at',
  rejectionReason: 'rejection_reason',
  notes: 'notes',
  metadata: 'metadata',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const satisfies Record<keyof Allocation, string>;

/** As it is selected. */
type Row = Allocation & Record<string, unknown>;

const PROPERTIES = Object.keys(COLUMNS) as readonly (keyof Allocation)[];

const SELECTED = PROPERTIES.map((property) => `${COLUMNS[property]} AS "${property}"`).join(', ');

const INSERT = `INSERT INTO trainer_allocations (${Object.values(COLUMNS).join(', ')})
  VALUES (${PROPERTIES.map((_, index) => `$${index + 1}`).join(', ')}) RETURNING ${SELECTED}`;

const valueOf = (allocation: Allocation, property: keyof Allocation): unknown =>
  property === 'metadata' ? JSON.stringify(allocation.metadata) : allocation[property];

/** A row that is approved or active, else one that is pending; the newest of its kind. */
export const findAllocation = async (
  database: StubDatabase,
  studentId: string,
  courseId: string,
): Promise<Allocation | undefined> => {
  const rows = await database.query<Row>(
    `SELECT ${SELECTED} FROM trainer_allocations
     WHERE student_id = $1 AND course_id = $2 AND status IN ('approved', 'active', 'pending')
     ORDER BY status = 'pending', created_at DESC LIMIT 1`,
    [studentId, courseId],
  );
  return rows[0];
};

const only = (rows: readonly Allocation[]): Allocation => {
  const [row] = rows;
  if (row === undefined) throw new Error('trainer_allocations has no such row');
  return row;
};

/** Inserts the row in a transaction of its own and returns it as it was stored. */
export const insertAllocation = (database: StubDatabase, allocation: Allocation): Promise<Allocation> =>
  database.write(async (query) => {
    const values = PROPERTIES.map((property) => valueOf(allocation, property));
    return only((await query<Row>(INSERT, values)).rows);
  });

/** Gives a pending row its trainer, in a transaction of its own. */
export const approveAllocation = (database: StubDatabase, allocation: Allocation): Promise<Allocation> =>
  database.write(async (query) => {
    const { rows } = await query<Row>(
      `UPDATE trainer_allocations
       SET status = $2, trainer_id = $3, allocated_by = $4, allocated_at = $5, updated_at = $6
       WHERE id = $1 RETURNING ${SELECTED}`,
      [
        allocation.id,
        allocation.status,
        allocation.trainerId,
        allocation.allocatedBy,
        allocation.allocatedAt,
        allocation.updatedAt,
      ],
    );
    return only(rows);
  });

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Another call was faster: the partial unique index let one row through. */
export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === '23505';

/** Errors that workers and faults can bring about: deadlock, serialization, lock and statement time-outs. */
const PROVOKED = ['40001', '40P01', '55P03', '57014'];

/** Data exceptions: a request may hold what no text or jsonb takes, such as U+0000 or half a surrogate pair. */
const isOfTheData = (code: string): boolean => /^22[0-9A-Z]{3}$/.test(code);

/** True when only the harness, its configuration or the team's schema can be the reason. */
export const isHarnessTrouble = (error: unknown): boolean =>
  !isUniqueViolation(error) && !PROVOKED.includes(codeOf(error)) && !isOfTheData(codeOf(error));
