/**
 * How the real handler behaves (docs/pipeline.md): look for a row, then write, in two statements without a lock. The two
 * halves are apart here, so that a behaviour can answer between them.
 */
import type { StubCall, StubDatabase, StubEffect } from '../../../harness/pipeline/stub.ts';
import type { Allocation, Answer, AutoAssignRequest } from './api.ts';
import { allocated, refusal } from './api.ts';
import { approveAllocation, findAllocation, insertAllocation, isHarnessTrouble } from './allocations.ts';
import type { Identities } from './identities.ts';

/** What the handler is going to do; `allocation` is the row as it will be. */
export interface Plan {
  readonly write: 'nothing' | 'insert' | 'approve';
  readonly allocation: Allocation;
}

/** Everything the handler of one call works with. */
export interface HandlerParts extends Pick<StubCall, 'onEffect' | 'onTrouble'> {
  readonly request: AutoAssignRequest;
  readonly database: StubDatabase;
  readonly identities: Identities;
  /** Wall clock. */
  readonly now: () => Date;
}

/** First statement: looks for a row and decides. `trainerFree` is always true for the real handler here. */
export const plan = async (parts: HandlerParts, trainerFree = true): Promise<Plan> => {
  const { request, database, identities, now } = parts;
  const { studentId, courseId } = request;
  const existing = await findAllocation(database, studentId, courseId);
  if (existing !== undefined && (existing.status !== 'pending' || !trainerFree))
    return { write: 'nothing', allocation: existing };

  const at = now();
  const assigned = trainerFree
    ? {
        status: 'approved',
        trainerId: identities.trainerFor(studentId, courseId),
        allocatedBy: identities.administrator,
        allocatedAt: at,
      }
    : { status: 'pending', trainerId: null, allocatedBy: null, allocatedAt: null };
  if (existing !== undefined) return { write: 'approve', allocation: { ...existing, ...assigned, updatedAt: at } };
  const allocation: Allocation = {
    id: identities.freshId(studentId, courseId),
    studentId,
    courseId,
    requestedBy: request.requestedBy ?? studentId,
    requestedAt: at,
    rejectedBy: null,
    rejectedAt: null,
    rejectionReason: null,
    notes: `Auto-assign for ${request.date}, ${request.timeSlot}`,
    metadata: { timeSlot: request.timeSlot, date: request.date, paymentMetadata: request.paymentMetadata ?? {} },
    createdAt: at,
    updatedAt: at,
    ...assigned,
  };
  return { write: 'insert', allocation };
};

const WRITES = {
  insert: { write: insertAllocation, effect: 'inserted' },
  approve: { write: approveAllocation, effect: 'updated' },
} as const;

/** Second statement: writes what was planned and returns the row as stored. Throws what the database says. */
export const perform = async (
  { database, onEffect }: HandlerParts,
  { write, allocation }: Plan,
): Promise<Allocation> => {
  if (write === 'nothing') {
    onEffect('found', allocation.id);
    return allocation;
  }
  const stored = await WRITES[write].write(database, allocation);
  onEffect(WRITES[write].effect, stored.id);
  return stored;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A database error becomes an effect that failed; one that is the harness's own fault is told as that too. */
export const failed = (parts: HandlerParts, effect: StubEffect, error: unknown, allocationId?: string): void => {
  parts.onEffect(effect, allocationId, messageOf(error));
  if (isHarnessTrouble(error)) parts.onTrouble(error);
};

/** Both statements and the answer; what the database refuses becomes a 500, as in the real one. */
export const assign = async (parts: HandlerParts, trainerFree = true): Promise<Answer> => {
  try {
    return allocated(await perform(parts, await plan(parts, trainerFree)));
  } catch (error) {
    failed(parts, 'failed', error);
    return refusal(500, 'Internal server error');
  }
};
