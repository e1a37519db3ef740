/** How wide a text is and whether it has colours. */
import type { Colours } from './style.ts';

export interface Page {
  readonly colours: Colours;
  readonly width: number;
}

/** ` (#2, #3)`: the events that show it; six at most. */
export const evidenceText = (seqs: readonly number[]): string => {
  const shown = [...new Set(seqs)].slice(0, 6).map((seq) => `#${seq}`);
  const more = new Set(seqs).size - shown.length;
  return shown.length === 0 ? '' : ` (${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
};
