/**
 * The provider states that the pacts of admin-service name, what each one means as rows, and how it is brought about at the
 * stub. Message pacts name none: what leads to a message is an event, and the message's description says which.
 */
import type { CallsDeclaration, StateParts, StateSetUp } from '../../../harness/pipeline/pacts.ts';
import type { Pair } from './given.ts';
import { exampleId } from './ids.ts';

/** Parameters of every state: the pair that the interaction's request is about. */
export interface StateParameters extends Pair {
  /** The id of the row that is there; only in states that have one. */
  readonly allocationId?: string;
}

export const PROVIDER_STATES = {
  'a trainer is free': 'No allocation of the student and course; the next one is assigned a trainer.',
  'no trainer is free': 'No allocation of the student and course; the next one waits for a person.',
  'the student has a trainer for the course already':
    'One approved row of the student and course, with the id allocationId and a trainer.',
  'a pending allocation waits and a trainer is free':
    'One pending row of the student and course, with the id allocationId and no trainer; now one can be assigned.',
  'a pending allocation waits and no trainer is free':
    'One pending row of the student and course, with the id allocationId and no trainer; it goes on waiting.',
  'the allocation fails': 'No allocation of the student and course; admin-service answers 500 to a valid request.',
} as const;

export type ProviderStateName = keyof typeof PROVIDER_STATES;

const TRAINER = exampleId('7ea10009', 1);
const ADMINISTRATOR = exampleId('ad000009', 1);

type Params = Readonly<Record<string, unknown>>;

const textIn = (params: Params, name: string): string => {
  const value = params[name];
  if (typeof value !== 'string') throw new Error(`the parameter ${name} is missing`);
  return value;
};

const pairIn = (params: Params): Pair => ({
  studentId: textIn(params, 'studentId'),
  courseId: textIn(params, 'courseId'),
});

/** Writes an allocation of before, with all that an answer tells of it: approved where there is a trainer, or else pending. */
const insert = async ({ database }: StateParts, params: Params, trainerId: string | null): Promise<void> => {
  const { studentId, courseId } = pairIn(params);
  const [status, allocatedBy] = trainerId === null ? ['pending', null] : ['approved', ADMINISTRATOR];
  await database.write((query) =>
    query(
      `INSERT INTO trainer_allocations
         (id, student_id, course_id, trainer_id, status, requested_by, requested_at, allocated_by, allocated_at, metadata)
       VALUES ($1, $2, $3, $4, $5, $2, now(), $6, CASE WHEN $6::uuid IS NULL THEN NULL ELSE now() END, '{}')`,
      [textIn(params, 'allocationId'), studentId, courseId, trainerId, status, allocatedBy],
    ),
  );
};

/** What no row can bring about is a behaviour of the stub. */
const behave = ({ behave: set }: StateParts, params: Params, behaviour: string): void =>
  set(pairIn(params).studentId, behaviour);

/** Every interaction begins with no rows and no behaviours, so that a state only adds. */
const SET_UPS: Readonly<Record<ProviderStateName, StateSetUp>> = {
  'a trainer is free': (_, params) => void pairIn(params),
  'no trainer is free': (parts, params) => behave(parts, params, 'no-trainer'),
  'the student has a trainer for the course already': (parts, params) => insert(parts, params, TRAINER),
  'a pending allocation waits and a trainer is free': (parts, params) => insert(parts, params, null),
  'a pending allocation waits and no trainer is free': async (parts, params) => {
    await insert(parts, params, null);
    behave(parts, params, 'no-trainer');
  },
  'the allocation fails': (parts, params) => behave(parts, params, 'fails'),
};

export const states: NonNullable<CallsDeclaration['states']> = {
  clear: (database) => database.write(async (query) => void (await query('DELETE FROM trainer_allocations'))),
  setUps: SET_UPS,
};
