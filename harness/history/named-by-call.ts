/** Whom a call names, for the judge and for the fault that is to strike it: both must mean the same. */
import { sameId } from './ids.ts';
import type { CallIds } from './views.ts';

/** A payment, as a call may name it. */
interface Named {
  readonly correlationId: string;
  readonly studentId: string;
  readonly courseId: string;
}

/** The payments that there are. */
export interface Payments<S extends Named> {
  byId(id: string): S | undefined;
  byPair(studentId: string, courseId: string): readonly S[];
}

/** Each once, in the order in which it is named. */
const namedIn = <S>(ids: readonly string[], byId: (id: string) => S | undefined): readonly S[] => {
  const named: S[] = [];
  for (const id of ids) {
    const one = byId(id);
    if (one !== undefined) named.push(one);
  }
  return named.length < 2 ? named : [...new Set(named)];
};

/**
 * The payments that the call's ids name in the first place that names any. Of several the one is meant whose student and course the
 * call is about; where that tells nothing all of them are given: then it is nobody's for certain. So it is with one that is named
 * in an object of the body alone, as a previous one is, while the call is about another's student and course.
 */
export const namedByCall = <S extends Named>(
  { correlationIds, studentId, courseId }: CallIds,
  { byId, byPair }: Payments<S>,
): readonly S[] => {
  const ofPair = studentId === undefined || courseId === undefined ? [] : byPair(studentId, courseId);
  for (let i = 0; i < correlationIds.length; i += 1) {
    const named = namedIn(correlationIds[i] ?? [], byId);
    if (named.length === 0) continue;
    const fitting = named.filter((each) => ofPair.includes(each));
    if (fitting.length === 1) return fitting;
    const isInside = i > 0 && i === correlationIds.length - 1;
    return isInside ? [...new Set([...named, ...ofPair])] : named;
  }
  return [];
};

/** Of a few. */
const among = <S extends Named>(all: readonly S[]): Payments<S> => ({
  byId: (id) => all.find(({ correlationId }) => sameId(correlationId, id)),
  byPair: (studentId, courseId) =>
    all.filter((each) => sameId(each.studentId, studentId) && sameId(each.courseId, courseId)),
});

/** Which calls a fault for one of these subjects strikes: those that name it, and of those that name none of them its student's. */
export const strikes = (subject: Named, subjects: readonly Named[]): ((call: CallIds) => boolean) => {
  const payments = among(subjects);
  return (call) => {
    const named = namedByCall(call, payments);
    return named.length > 0 ? named.length === 1 && named[0] === subject : sameId(call.studentId, subject.studentId);
  };
};
