/** What the stub falsified in its answers, and which announced values each of its lies explains. */
import type { BarrierSource, HttpFalsehood } from '../history/events.ts';
import { text } from '../history/history.ts';
import type { Call } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { allocationIn } from './answers.ts';

/** The places of an answer's allocation that an announcement repeats. */
export const ANSWERED = ['id', 'studentId', 'courseId', 'trainerId'] as const;
export type Answered = (typeof ANSWERED)[number];

/** Something announced that is not so. */
export interface Disagreement {
  readonly message: string;
  readonly evidence: readonly number[];
  /** The announced values that are wrong: what a false answer said of all of them, the worker was lied to about. */
  readonly wrong: readonly { readonly place: Answered; readonly value: unknown }[];
  readonly shape: string;
  readonly restsOn: readonly BarrierSource[];
}

/** Which places each falsehood makes false. A row that is missing or late makes the id one that no row has (yet). */
const LIES_ABOUT: Readonly<Record<HttpFalsehood, readonly Answered[]>> = {
  id: ['id'],
  body: ANSWERED,
  shape: ANSWERED,
  'row-missing': ['id'],
  'row-late': ['id'],
  status: [],
};

/** The answer that falsely said this value in this place; undefined: none did. */
export const lieAbout = (calls: readonly Call[], place: Answered, value: unknown): Call | undefined =>
  calls.find((call) => {
    const told = text(allocationIn(call)?.[place]);
    return (
      told !== undefined &&
      sameId(told, value) &&
      (call.response?.falsified ?? []).some((lie) => LIES_ABOUT[lie].includes(place))
    );
  });
