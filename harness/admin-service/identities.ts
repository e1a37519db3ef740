/** Ids the stub gives out, drawn from a seed: the same calls get the same trainers and allocation ids. */
import { createHash } from 'node:crypto';

/** Trainers who are always free. */
const TRAINERS = 8;

/** A version 4 uuid made of a hash of the parts. */
export const uuidFrom = (...parts: readonly (string | number)[]): string => {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

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
