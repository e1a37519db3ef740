/** What looks as if something were missing of it: memory grows with this, up to a bound, and with nothing that is right. */
import { normalId } from '../../history/ids.ts';
import type { RecordRead } from '../read-records.ts';
import type { Pair } from '../whose.ts';
import { createFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import type { Named } from './named-in.ts';

export interface Suspect {
  readonly pair: Pair;
  /** Ids of its payments, as far as they are known. */
  readonly ids: Set<string>;
  readonly kinds: Set<string>;
  /** Read since they were taken last. */
  records: RecordRead[];
  /** It has more records or ids than were kept: nothing is concluded of it. */
  crowded: boolean;
}

export interface Suspects {
  /** `kind`: what is missing of what, in words. Where there are too many it is only counted. */
  note(pair: Pair, kind: string): void;
  /** From now on nobody is noted who was not. */
  close(): void;
  /** Of that student and course. */
  of(key: string): Suspect | undefined;
  /** Tells an id of a payment of the suspect's. */
  name(suspect: Suspect, id: string): void;
  /** Those who are named: by an id of theirs, or by student and course. */
  among(named: Named): ReadonlySet<Suspect>;
  isAny(): boolean;
  all(): readonly Suspect[];
  /** How many students and courses were only counted. */
  beyond(): number;
}

/** So many are looked into one by one. */
export const MOST_SUSPECTS = 2000;
/** Records of one; more of them are no payment's. */
export const MOST_RECORDS = 100;
/** Payments of one student and course. */
export const MOST_IDS = 20;

export const keyOf = ({ studentId, courseId }: Pair): string => `${normalId(studentId)}\n${normalId(courseId)}`;

export const createSuspects = (most = MOST_SUSPECTS): Suspects => {
  const byKey = new Map<string, Suspect>();
  const byId = new Map<string, Suspect>();
  const byStudent = new Map<string, Suspect[]>();
  /** Those who were only counted; made when the first one is. */
  let others: Filter | undefined;
  let beyond = 0;
  let isClosed = false;
  return {
    note: (pair, kind) => {
      const key = keyOf(pair);
      let suspect = byKey.get(key);
      if (suspect === undefined) {
        if (isClosed) return;
        if (byKey.size >= most) {
          others ??= createFilter();
          if (!others.has(key)) beyond += 1;
          others.add(key);
          return;
        }
        byKey.set(key, (suspect = { pair, ids: new Set(), kinds: new Set(), records: [], crowded: false }));
        const student = normalId(pair.studentId);
        byStudent.set(student, [...(byStudent.get(student) ?? []), suspect]);
      }
      suspect.kinds.add(kind);
    },
    close: () => (isClosed = true),
    of: (key) => byKey.get(key),
    name: (suspect, id) => {
      const own = normalId(id);
      if (suspect.ids.size >= MOST_IDS && !suspect.ids.has(own)) {
        suspect.crowded = true;
        return;
      }
      suspect.ids.add(own);
      byId.set(own, suspect);
    },
    among: ({ ids, pairs, tokens }) => {
      const found = new Set<Suspect>();
      const add = (suspect: Suspect | undefined): void => void (suspect === undefined || found.add(suspect));
      for (const id of ids) add(byId.get(normalId(id)));
      for (const pair of pairs) add(byKey.get(keyOf(pair)));
      for (const token of tokens) {
        add(byId.get(token));
        for (const suspect of byStudent.get(token) ?? [])
          if (tokens.has(normalId(suspect.pair.courseId))) found.add(suspect);
      }
      return found;
    },
    isAny: () => byKey.size > 0,
    all: () => [...byKey.values()],
    beyond: () => beyond,
  };
};
