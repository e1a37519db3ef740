/** What is held under ids, in whatever form they are written. */
import { normalId } from './ids.ts';
import { addTo } from './memo.ts';

/** An id as a key: equal ids have equal ones. */
export const idKey = (id: unknown): string => (typeof id === 'string' ? normalId(id) : String(id));

/** What is held under an id: one that is in its normal form already, as nearly all are, is found without being read through. */
export const heldUnder = <T>(values: ReadonlyMap<string, T>, id: unknown): T | undefined => {
  if (typeof id !== 'string') return values.get(String(id));
  const found = values.get(id);
  if (found !== undefined) return found;
  const normal = normalId(id);
  return normal === id ? undefined : values.get(normal);
};

/** A student and course as one key. */
export const pairKey = (studentId: unknown, courseId: unknown): string => `${idKey(studentId)} ${idKey(courseId)}`;

/** Things by a student and course. */
export interface ByPair<T> {
  get(studentId: unknown, courseId: unknown): readonly T[];
  add(studentId: unknown, courseId: unknown, value: T): void;
}

const NONE: readonly never[] = [];

interface OfCourse<T> {
  readonly course: string;
  readonly values: T[];
}

/** Hardly any student has more than one course, and a map for each of them would take more room than what it holds. */
type OfStudent<T> = OfCourse<T> | Map<string, T[]>;

/** By each of the two by itself: one text of both would be made and read through for every question. */
export const byPairOf = <T>(): ByPair<T> => {
  const students = new Map<string, OfStudent<T>>();
  return {
    get: (studentId, courseId) => {
      const held = heldUnder(students, studentId);
      if (held === undefined) return NONE;
      if (held instanceof Map) return heldUnder(held, courseId) ?? NONE;
      return held.course === courseId || held.course === idKey(courseId) ? held.values : NONE;
    },
    add: (studentId, courseId, value) => {
      const [student, course] = [idKey(studentId), idKey(courseId)];
      const held = students.get(student);
      if (held === undefined) students.set(student, { course, values: [value] });
      else if (held instanceof Map) addTo(held, course, value);
      else if (held.course === course) held.values.push(value);
      else
        students.set(
          student,
          new Map([
            [held.course, held.values],
            [course, [value]],
          ]),
        );
    },
  };
};
