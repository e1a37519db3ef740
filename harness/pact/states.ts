/**
 * The provider states that the pacts of admin-service name, and what each one means as rows. Message pacts name none:
 * what leads to a message is an event, and the message's description says which.
 */

/** Parameters of every state: the pair that the interaction's request is about. */
export interface StateParameters {
  readonly studentId: string;
  readonly courseId: string;
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
