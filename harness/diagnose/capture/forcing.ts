/** What brings a cause about in a scenario. */
import type { Condition } from '../../history/conditions.ts';
import type { Cause } from '../../history/verdict.ts';
import type { DuringCase, FaultSpec, Step } from '../../scenario/types.ts';
import type { Situation } from './situation.ts';

/** What the payment is called in the scenario: nobody's name. */
export const SUBJECT = 'ada';

export interface Forcing {
  readonly faults: readonly FaultSpec[];
  readonly act: readonly Step[];
  readonly observeUntil: Condition;
  /** ms; left out: the usual one. */
  readonly observeDeadlineMs?: number;
  readonly during: readonly [DuringCase, ...DuringCase[]];
  /** What repairs it besides the faults' own heals; left out: nothing. */
  readonly heal?: readonly Step[];
  /** What of the live system stands in it besides names that the pipeline declares, in words. */
  readonly kept?: readonly string[];
  /** What is otherwise in it than it was, in sentences. */
  readonly otherwise?: readonly string[];
}

/** No fault, act or setting of a scenario brings it about. */
export interface Unforced {
  /** Why, in a sentence. */
  readonly unforced: string;
}

/** How one cause is brought about. */
export type Force = (situation: Situation, cause: Cause) => Forcing | Unforced;

export const isUnforced = <T extends object>(one: T | Unforced): one is Unforced => 'unforced' in one;

export const always = (...causes: Extract<DuringCase['causes'], readonly unknown[]>): DuringCase => ({
  when: { always: true },
  causes,
});
