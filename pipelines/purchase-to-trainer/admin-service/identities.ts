/** Ids the stub gives out, drawn from a seed: the same calls get the same trainers and allocation ids. */
import { createHash } from 'node:crypto';
import type { StubParts } from '../../../harness/pipeline/stub.ts';

/** Trainers who are always free. */
const TRAINERS = 8;

export interface Identities {
  /** The trainer this student and course get: one of the pool, the same every time. */
  trainerFor(studentId: string, courseId: string): string;
  /** A new id for this student and course, never given before. */
  freshId(studentId: string, courseId: string): string;
  /** Who admin-service says allocated. */
  readonly administrator: string;
}

/** `idFrom` chooses the pool of trainers. */
export const createIdentities = (idFrom: StubParts['idFrom']): Identities => {
  const trainers = Array.from({ length: TRAINERS }, (_, index) => idFrom('trainer', index));
  const given = new Map<string, number>();
  return {
    trainerFor: (studentId, courseId) => {
      const index = createHash('sha256').update(`${studentId} ${courseId}`).digest().readUInt32BE(0) % TRAINERS;
      return trainers[index] ?? idFrom('trainer', index);
    },
    // Counted per student and course, so that calls of different students in any order get the same ids.
    freshId: (studentId, courseId) => {
      const key = `${studentId} ${courseId}`;
      const count = (given.get(key) ?? 0) + 1;
      given.set(key, count);
      return idFrom('allocation', studentId, courseId, count);
    },
    administrator: idFrom('administrator'),
  };
};
