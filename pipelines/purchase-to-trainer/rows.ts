/** Rows that the outside world writes: payment-service, and its fallback. Their columns are those of the declaration (`written`). */
import type { StubDatabase, StubQuery } from '../../harness/pipeline/stub.ts';

export interface PaymentRow {
  /** Also the correlation id of everything that follows. */
  readonly id: string;
  readonly studentId: string;
  readonly courseId: string;
  readonly amountCents: number;
  /** Joined with courseId, which the column holds in production. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface PurchaseRow {
  readonly id: string;
  readonly studentId: string;
  readonly courseId: string;
  readonly purchaseTier: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Default: active. */
  readonly isActive?: boolean;
}

/** A purchase as it stands in the database. */
export interface FoundPurchase extends PurchaseRow {
  readonly isActive: boolean;
}

const insert = async (query: StubQuery, table: string, values: Readonly<Record<string, unknown>>): Promise<void> => {
  const columns = Object.keys(values);
  await query(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(values),
  );
};

/** A payment that succeeded. */
export const insertPayment = (query: StubQuery, row: PaymentRow): Promise<void> =>
  insert(query, 'payments', {
    id: row.id,
    student_id: row.studentId,
    amount_cents: row.amountCents,
    provider: 'razorpay',
    status: 'succeeded',
    metadata: JSON.stringify({ ...row.metadata, courseId: row.courseId }),
    confirmed_at: new Date(),
  });

/** A purchase, as payment-service's fallback writes it. */
export const insertPurchase = (query: StubQuery, row: PurchaseRow): Promise<void> =>
  insert(query, 'student_course_purchases', {
    id: row.id,
    student_id: row.studentId,
    course_id: row.courseId,
    purchase_tier: row.purchaseTier,
    purchase_date: new Date(),
    metadata: JSON.stringify(row.metadata),
    is_active: row.isActive ?? true,
  });

/** The active purchase of this student and course, else their newest one, else undefined. */
export const findPurchase = async (
  database: Pick<StubDatabase, 'query'>,
  studentId: string,
  courseId: string,
): Promise<FoundPurchase | undefined> => {
  const rows = await database.query<FoundPurchase & Record<string, unknown>>(
    `SELECT id, student_id AS "studentId", course_id AS "courseId", purchase_tier AS "purchaseTier",
            coalesce(metadata, '{}') AS metadata, is_active AS "isActive"
     FROM student_course_purchases WHERE student_id = $1 AND course_id = $2
     ORDER BY is_active DESC, created_at DESC LIMIT 1`,
    [studentId, courseId],
  );
  return rows[0];
};
