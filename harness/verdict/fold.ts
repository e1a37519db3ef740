/** Sentences that say the same of several payments, as one. Pure. */
import type { Finding } from '../history/verdict.ts';
import { shapeOfSentence } from './finding-id.ts';

export interface Folded {
  /** The first of them. */
  readonly finding: Finding;
  /** How many more say the same. */
  readonly more: number;
  /** Of whom the next ones of those speak, by name: enough to look at. */
  readonly next: readonly string[];
}

/** Examples of one finding that are named. */
const EXAMPLES = 3;

export const fold = (findings: readonly Finding[]): readonly Folded[] => {
  const byShape = new Map<string, Folded>();
  for (const finding of findings) {
    const shape = shapeOfSentence(finding.message, finding.subject);
    const before = byShape.get(shape);
    if (before === undefined) {
      byShape.set(shape, { finding, more: 0, next: [] });
      continue;
    }
    const { subject } = finding;
    const isToBeNamed = before.next.length < EXAMPLES - 1;
    const next = subject !== undefined && isToBeNamed ? [...before.next, subject] : before.next;
    byShape.set(shape, { ...before, more: before.more + 1, next });
  }
  return [...byShape.values()];
};

/** `… (and the same for 4 more: ben, cem …)`. */
export const foldedText = ({ finding, more, next }: Folded): string => {
  if (more === 0) return finding.message;
  const named = next.length === 0 ? '' : `: ${next.join(', ')}${next.length < more ? ' …' : ''}`;
  return `${finding.message} (and the same for ${more} more${named})`;
};
