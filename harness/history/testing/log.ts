/** The growing list of events that all parts of a built history append to. */
import type { HistoryEvent, NewEvent, Subject } from '../events.ts';
import { idOf } from './values.ts';

/** Wall clock at monotonic 0. */
export const WALL = 1_795_000_000_000;

export const subjectNamed = (name: string, mayDeadLetter = false, pairOf = name): Subject => ({
  name,
  correlationId: idOf('payment', name),
  studentId: idOf('student', pairOf),
  courseId: idOf('course', pairOf),
  mayDeadLetter,
});

export interface Log {
  readonly events: HistoryEvent[];
  readonly subjects: readonly Subject[];
  /** Appends an event with the next `seq`, one millisecond after the one before, or at another moment. */
  readonly add: (event: NewEvent, at?: number) => number;
  /** The subject of that name; the first one without; a stranger's ids for a name that is no subject. */
  readonly subject: (name?: string) => Subject;
}

export const createLog = (subjects: readonly Subject[]): Log => {
  const events: HistoryEvent[] = [];
  return {
    events,
    subjects,
    add: (event, at) => {
      const seq = events.length + 1;
      events.push({ seq, at: at ?? seq, ...event } as HistoryEvent);
      return seq;
    },
    subject: (name) => {
      const found = name === undefined ? subjects[0] : subjects.find((each) => each.name === name);
      return found ?? subjectNamed(name ?? 'nobody');
    },
  };
};
