/** Sentences that say the same of several payments, as one. Pure. */
import type { Finding } from '../history/verdict.ts';
import { shapeOfSentence } from './finding-id.ts';

export interface Folded {
  /** The first of them. */
  readonly finding: Finding;
  /** How many more say the same. */
  readonly more: number;
}

export const fold = (findings: readonly Finding[]): readonly Folded[] => {
  const byShape = new Map<string, Folded>();
  for (const finding of findings) {
    const shape = shapeOfSentence(finding.message, finding.subject);
    const before = byShape.get(shape);
    byShape.set(shape, before === undefined ? { finding, more: 0 } : { ...before, more: before.more + 1 });
  }
  return [...byShape.values()];
};

/** `… (and the same for 4 more)`. */
export const foldedText = ({ finding, more }: Folded): string =>
  more === 0 ? finding.message : `${finding.message} (and the same for ${more} more)`;
