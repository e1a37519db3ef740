/** The auto-assign API's shapes: what a request must hold, and how answers are wrapped (docs/pipeline.md). */
import { z } from 'zod';

const bodySchema = z.object({
  // Any 8-4-4-4-12 id, as PostgreSQL's uuid takes it: version and variant bits are nobody's business here.
  studentId: z.guid('must be a uuid'),
  courseId: z.guid('must be a uuid'),
  timeSlot: z.string('must be a string').min(1, 'must not be empty'),
  date: z.string('must be a string').min(1, 'must not be empty'),
  requestedBy: z.guid('must be a uuid').optional(),
  paymentMetadata: z.record(z.string(), z.unknown(), 'must be an object').optional(),
});

export type AutoAssignRequest = z.infer<typeof bodySchema>;

/** A field that does not validate; `body` when the whole body is no JSON object. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export type ReadRequest =
  | { readonly valid: true; readonly request: AutoAssignRequest }
  | { readonly valid: false; readonly errors: readonly FieldError[] };

/** Reads a request's body; `json` is undefined when it was no JSON. Never throws. */
export const readRequest = (json: unknown): ReadRequest => {
  if (json === undefined) return { valid: false, errors: [{ field: 'body', message: 'is not valid JSON' }] };
  const read = bodySchema.safeParse(json);
  return read.success
    ? { valid: true, request: read.data }
    : {
        valid: false,
        errors: read.error.issues.map((issue) => ({ field: issue.path.join('.') || 'body', message: issue.message })),
      };
};

/** A row of trainer_allocations as the API shows it; dates become ISO strings in JSON. */
export interface Allocation {
  readonly id: string;
  readonly studentId: string;
  readonly trainerId: string | null;
  readonly courseId: string | null;
  readonly requestedBy: string | null;
  readonly requestedAt: Date | null;
  readonly status: string;
  readonly allocatedBy: string | null;
  readonly allocatedAt: Date | null;
  readonly rejectedBy: string | null;
  readonly rejectedAt: Date | null;
  readonly rejectionReason: string | null;
  readonly notes: string | null;
  readonly metadata: unknown;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/** A wrapped answer, not yet sent. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export const asResponse = ({ status, body }: Answer): Response => Response.json(body, { status });

/** 201 with a trainer, 202 while a pending row waits for a person. */
export const allocated = (allocation: Allocation): Answer =>
  allocation.status === 'pending'
    ? {
        status: 202,
        body: {
          success: true,
          message: 'No trainer is available; the request waits for manual assignment',
          data: allocation,
        },
      }
    : { status: 201, body: { success: true, message: 'Trainer assigned', data: allocation } };

/** An error, wrapped. */
export const refusal = (status: number, message: string, errors: readonly FieldError[] = []): Answer => ({
  status,
  body: { success: false, message, errors },
});
