/**
 * What is pinned of admin-service's auto-assign API (docs/pipeline.md): every interaction between allocation-worker and it.
 * The order is the order in which they are exercised; in the pact they are sorted by description.
 */
import { randomUUID } from 'node:crypto';
import {
  anyObject,
  anything,
  eachLike,
  filledText,
  like,
  moment,
  oneOfTexts,
  uuid,
} from '../../../harness/pipeline/pact-rules.ts';
import type { CallDeclaration, CallsDeclaration } from '../../../harness/pipeline/pacts.ts';
import { purchaseOf, writeAllocation } from './given.ts';
import type { Pair } from './given.ts';
import { exampleId, paymentOf } from './ids.ts';
import { states } from './states.ts';
import type { ProviderStateName, StateParameters } from './states.ts';

/** What is declared of an interaction; how it is brought about follows. */
interface Made extends Pick<
  CallDeclaration,
  'description' | 'exercisedBy' | 'aboutOptional' | 'request' | 'status' | 'response'
> {
  readonly state?: { readonly name: ProviderStateName; readonly params: StateParameters };
  /** What the database must show after the call, for the worker to be content. */
  readonly row: { readonly id: string; readonly trainerId: string | null };
}

/** Ids of the n-th interaction's examples; no two interactions share one. */
const idsOf = (n: number) => ({
  studentId: exampleId('5f0d0000', n),
  courseId: exampleId('c0050000', n),
  allocationId: exampleId('a110c000', n),
  trainerId: exampleId('7ea10000', n),
});

type Ids = ReturnType<typeof idsOf>;

const ADMINISTRATOR = exampleId('ad000000', 1);
const AT = '2026-11-23T10:00:00.000Z';
const BOOKING = { timeSlot: '4:00 PM', startDate: '2026-12-01' };

const REQUIRED = ({ studentId, courseId }: Ids) => ({
  studentId: uuid(studentId),
  courseId: uuid(courseId),
  timeSlot: filledText('4:00 PM'),
  date: filledText('2026-12-01'),
});

const OPTIONAL = ({ studentId }: Ids) => ({
  requestedBy: uuid(studentId),
  paymentMetadata: anyObject({ ...BOOKING, purchaseTier: 30, sessionCount: 30 }),
});

const without = (fields: Readonly<Record<string, unknown>>, name: string) =>
  Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name));

/** A row of before must be answered itself: its id, and the student and the course that were asked for. */
const theRow = ({ allocationId, studentId, courseId }: Ids) => ({ id: allocationId, studentId, courseId });

const aNewRow = ({ allocationId, studentId, courseId }: Ids) => ({
  id: uuid(allocationId),
  studentId: uuid(studentId),
  courseId: uuid(courseId),
});

type Which = typeof theRow | typeof aNewRow;

/** What both answers with an allocation have in common. */
const allocation = (ids: Ids, which: Which) => ({
  ...which(ids),
  requestedBy: uuid(ids.studentId),
  requestedAt: moment(AT),
  rejectedBy: null,
  rejectedAt: null,
  rejectionReason: null,
  notes: anything('Auto-assign for 2026-12-01, 4:00 PM'),
  metadata: like({}),
  createdAt: moment(AT),
  updatedAt: moment(AT),
});

const answer = (message: string, data: unknown) => ({ success: true, message: like(message), data });

const assigned = (ids: Ids, which: Which = aNewRow) => ({
  status: 201,
  response: answer('Trainer assigned', {
    ...allocation(ids, which),
    status: oneOfTexts('approved', 'active'),
    trainerId: uuid(ids.trainerId),
    // Who assigned it may be a person, a service or nobody: the worker does not care.
    allocatedBy: anything(ADMINISTRATOR),
    allocatedAt: moment(AT),
  }),
  row: { id: ids.allocationId, trainerId: ids.trainerId },
});

const waiting = (ids: Ids, which: Which = aNewRow) => ({
  status: 202,
  response: answer('No trainer is available; the request waits for manual assignment', {
    ...allocation(ids, which),
    status: 'pending',
    trainerId: null,
    allocatedBy: null,
    allocatedAt: null,
  }),
  row: { id: ids.allocationId, trainerId: null },
});

const pairOf = ({ studentId, courseId }: Ids): Pair => ({ studentId, courseId });
const pairWithRow = ({ studentId, courseId, allocationId }: Ids): StateParameters => ({
  studentId,
  courseId,
  allocationId,
});

const whole = (ids: Ids) => ({ ...REQUIRED(ids), ...OPTIONAL(ids) });

const ANSWERED: readonly ((ids: Ids) => Made)[] = [
  (ids) => ({
    description: 'auto-assign with every field',
    state: { name: 'a trainer is free', params: pairOf(ids) },
    exercisedBy: 'worker',
    aboutOptional: true,
    request: whole(ids),
    ...assigned(ids),
  }),
  (ids) => ({
    description: 'auto-assign with the required fields only',
    state: { name: 'a trainer is free', params: pairOf(ids) },
    exercisedBy: 'client',
    aboutOptional: true,
    request: REQUIRED(ids),
    ...assigned(ids),
  }),
  (ids) => ({
    description: 'auto-assign without requestedBy',
    state: { name: 'a trainer is free', params: pairOf(ids) },
    exercisedBy: 'client',
    aboutOptional: true,
    request: without(whole(ids), 'requestedBy'),
    ...assigned(ids),
  }),
  (ids) => ({
    description: 'auto-assign without paymentMetadata',
    state: { name: 'a trainer is free', params: pairOf(ids) },
    exercisedBy: 'client',
    aboutOptional: true,
    request: without(whole(ids), 'paymentMetadata'),
    ...assigned(ids),
  }),
  (ids) => ({
    description: 'auto-assign when no trainer is free',
    state: { name: 'no trainer is free', params: pairOf(ids) },
    exercisedBy: 'worker',
    request: whole(ids),
    ...waiting(ids),
  }),
  (ids) => ({
    description: 'auto-assign a second time for the same student and course',
    state: { name: 'the student has a trainer for the course already', params: pairWithRow(ids) },
    exercisedBy: 'worker',
    request: whole(ids),
    ...assigned(ids, theRow),
  }),
  (ids) => ({
    description: 'auto-assign while a pending allocation waits and a trainer is free',
    state: { name: 'a pending allocation waits and a trainer is free', params: pairWithRow(ids) },
    exercisedBy: 'worker',
    request: whole(ids),
    ...assigned(ids, theRow),
  }),
  (ids) => ({
    description: 'auto-assign while a pending allocation waits and no trainer is free',
    state: { name: 'a pending allocation waits and no trainer is free', params: pairWithRow(ids) },
    exercisedBy: 'worker',
    request: whole(ids),
    ...waiting(ids, theRow),
  }),
  (ids) => ({
    description: 'auto-assign that fails',
    state: { name: 'the allocation fails', params: pairOf(ids) },
    exercisedBy: 'worker',
    request: whole(ids),
    status: 500,
    response: { success: false, message: like('Internal server error'), errors: like([]) },
    row: { id: ids.allocationId, trainerId: ids.trainerId },
  }),
];

interface Invalid {
  readonly field: string;
  readonly how: string;
  /** Left out: the field is missing. */
  readonly value?: unknown;
}

/** Each field that must be there and is not, or is not what it must be. */
const INVALID: readonly Invalid[] = [
  ...['studentId', 'courseId', 'timeSlot', 'date'].map((field) => ({ field, how: 'is missing' })),
  ...['studentId', 'courseId', 'requestedBy'].map((field) => ({ field, how: 'is no UUID', value: 'not-a-uuid' })),
  ...['timeSlot', 'date'].map((field) => ({ field, how: 'is empty', value: '' })),
  ...['timeSlot', 'date'].map((field) => ({ field, how: 'is no text', value: 1600 })),
  { field: 'paymentMetadata', how: 'is no object', value: 'none' },
];

const refused =
  ({ field, how, value }: Invalid) =>
  (ids: Ids): Made => {
    const rest = without(whole(ids), field);
    return {
      description: `auto-assign whose ${field} ${how}`,
      exercisedBy: 'client',
      request: value === undefined ? rest : { ...rest, [field]: value },
      status: 400,
      response: {
        success: false,
        message: like('Validation failed'),
        errors: eachLike({ field, message: like(`${field} ${how}`) }),
      },
      row: { id: ids.allocationId, trainerId: ids.trainerId },
    };
  };

/** Fields of a request that may be left out. */
export const OPTIONAL_FIELDS: readonly string[] = Object.keys(OPTIONAL(idsOf(0)));

/** The pair in its examples: the worker's event is about it. */
export interface AutoAssign extends CallDeclaration {
  readonly subject: Pair;
}

/** Every interaction of allocation-worker with admin-service. */
export const AUTO_ASSIGN: readonly AutoAssign[] = [...ANSWERED, ...INVALID.map(refused)].map((make, index) => {
  const ids = idsOf(index + 1);
  const { row, state, ...made } = make(ids);
  const subject = pairOf(ids);
  return {
    ...made,
    ...(state === undefined ? {} : { state: { name: state.name, params: { ...state.params } } }),
    subject,
    event: purchaseOf(paymentOf(ids.studentId), subject),
    ...(made.status >= 400 ? {} : { written: (database) => writeAllocation(database, subject, row) }),
  };
});

export const autoAssign: CallsDeclaration = {
  consumer: 'allocation-worker',
  provider: 'admin-service',
  interactions: AUTO_ASSIGN,
  optional: {
    fields: OPTIONAL_FIELDS,
    event: (database) => purchaseOf(randomUUID(), { studentId: randomUUID(), courseId: randomUUID() })(database),
  },
  states,
};
