/** Ids the stub gives out, drawn from a seed: the same calls get the same trainers and allocation ids. */
import { createHash } from 'node:crypto';
import { uuidFrom } from '../base/uuid-from.ts';

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

/** `seed` chooses the pool of trainers. */
export const createIdentities = (seed: number): Identities => {
  const trainers = Array.from({ length: TRAINERS }, (_, index) => uuidFrom('trainer', seed, index));
  const given = new Map<string, number>();
  return {
    trainerFor: (studentId, courseId) => {
      const index = createHash('sha256').update(`${studentId} ${courseId}`).digest().readUInt32BE(0) % TRAINERS;
      return trainers[index] ?? uuidFrom('trainer', seed, index);
    },
    // Counted per student and course, so that calls of different students in any order get the same ids.
    freshId: (studentId, courseId) => {
      const key = `${studentId} ${courseId}`;
      const count = (given.get(key) ?? 0) + 1;
      given.set(key, count);
      return uuidFrom('allocation', seed, studentId, courseId, count);
    },
    administrator: uuidFrom('administrator', seed),
  };
};
