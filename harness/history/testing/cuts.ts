/** Ways to lose the end of a source, for properties about what may be concluded without it. */
import fc from 'fast-check';
import { BARRIER_SOURCES } from '../completeness.ts';
import type { BarrierSource } from '../events.ts';
import type { History } from '../history.ts';
import { cutParts, cutTail } from './cut.ts';

interface Cut {
  readonly source: BarrierSource;
  readonly kept: readonly number[];
  /** All of the source at one moment, instead of each part of it at its own. */
  readonly whole: boolean;
}

export const lost = (history: History, { source, kept, whole }: Cut): History =>
  whole ? cutTail(history, source, kept[0] ?? 0) : cutParts(history, source, kept);

export const cuts: fc.Arbitrary<Cut> = fc.record({
  source: fc.constantFrom(...BARRIER_SOURCES),
  kept: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 6 }),
  whole: fc.boolean(),
});
