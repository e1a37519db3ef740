/** What pins a record: how each of them is declared, and the parts that all of them have. */
import type { MessageDeclaration } from '../../../harness/pipeline/pacts.ts';
import { exampleId } from './ids.ts';

/** Ids of the n-th message's example; no two messages share one, so that each can be told to real workers. */
export const idsOf = (n: number) => ({
  payment: exampleId('b0a7e001', n),
  student: exampleId('5f0d0001', n),
  course: exampleId('c0050001', n),
  purchase: exampleId('90c4a5e1', n),
  allocation: exampleId('a110c001', n),
  trainer: exampleId('7ea10001', n),
  event: exampleId('e0e00001', n),
});

export type Ids = ReturnType<typeof idsOf>;

/** Declares a message with the ids of its place among them. */
export type Make = (ids: Ids) => MessageDeclaration;

/** The timestamp of every example, ms. */
export const AT = 1_795_418_356_700;

/** Who reads what no worker of the pipeline consumes. */
export const READERS = {
  COURSE_ACCESS_GRANTED: 'course-access-readers',
  TRAINER_ALLOCATED: 'trainer-allocated-readers',
  deadLetters: 'dead-letter-readers',
} as const;
